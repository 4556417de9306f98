"""Own sets from folders and zips of pictures, as people have them."""

from __future__ import annotations

import io
import pathlib

import numpy as np
import pytest
from PIL import Image

from siamese.data.own import file_format
from siamese.data.own.importing import import_path
from siamese.errors import UserError
from tests import drawn

SCRIBBLES = [drawn.png(drawn.scribble(c, 1)) for c in range(4)]


def photograph(character: int) -> bytes:
    """A scribble as grey ink on grey paper, as a JPEG."""
    large = np.kron(drawn.scribble(character, 1), np.ones((4, 4)))
    content = io.BytesIO()
    Image.fromarray((210 - 160 * large).astype(np.uint8)).save(content, "JPEG")
    return content.getvalue()


FILES = {
    "Moon/ka/2.png": SCRIBBLES[0],
    "Moon/ka/10.png": SCRIBBLES[1],
    "Moon/ki/photo.JPG": photograph(2),
    "Sun/ka/a.png": SCRIBBLES[3],
}


def folder(place: pathlib.Path, files: dict[str, bytes]) -> pathlib.Path:
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return place


def structure(own: file_format.OwnSet) -> dict[str, dict[str, list[int]]]:
    return {a.name: {c.name: [d.drawer for d in c.drawings] for c in a.characters} for a in own.alphabets}


WANTED = {"Moon": {"ka": [1, 2], "ki": [1]}, "Sun": {"ka": [1]}}


@pytest.mark.parametrize(
    "prefix", ["", "My class/", "a/b/My class/", "__MACOSX/../"], ids=["plain", "in a folder", "deeper", "odd"]
)
def test_folders_and_zips_of_any_depth(tmp_path, prefix):
    files = {prefix + name: content for name, content in FILES.items()}
    (tmp_path / "class.zip").write_bytes(drawn.zipped(files))
    if ".." not in prefix:
        assert structure(import_path(folder(tmp_path / "class", files)).own) == WANTED
        imported = import_path(tmp_path / "class.zip")
        assert structure(imported.own) == WANTED
        assert (imported.own.name, imported.notes) == ("class", ())
    else:
        with pytest.raises(UserError, match=r"class\.zip has no pictures"):
            import_path(tmp_path / "class.zip")


def test_pictures_are_taken_in_the_order_of_their_numbers(tmp_path):
    (ka, *_), *_ = [alphabet.characters for alphabet in import_path(folder(tmp_path / "class", FILES)).own.alphabets]
    first = ka.drawings[0].pixels()
    assert np.array_equal(first, drawn.scribble(0, 1))


def test_without_alphabets_the_folder_is_the_alphabet(tmp_path):
    files = {"ka/1.png": SCRIBBLES[0], "ki/1.png": SCRIBBLES[1]}
    own = import_path(folder(tmp_path / "Moon_signs", files)).own
    assert structure(own) == {"Moon_signs": {"ka": [1], "ki": [1]}}
    assert structure(import_path(tmp_path / "Moon_signs", "Luna").own) == {"Luna": {"ka": [1], "ki": [1]}}


def test_without_any_folder_each_picture_is_a_character(tmp_path):
    own = import_path(folder(tmp_path / "Moon", {"ka.png": SCRIBBLES[0], "k.i.png": SCRIBBLES[1]})).own
    assert structure(own) == {"Moon": {"k.i": [1], "ka": [1]}}


def test_what_is_left_out_is_named(tmp_path):
    files = FILES | {
        "Moon/ku/1.png": b"no picture",
        "Moon/ko/1.png": drawn.png(np.zeros((105, 105))),
        "Moon/ki/2.png": b"",
        "readme.txt": b"hello",
        "Moon/cover.png": SCRIBBLES[0],
        "inner.zip": b"PK damaged",
    }
    imported = import_path(folder(tmp_path / "class", files))
    assert structure(imported.own) == WANTED
    archive, lost, unread, strays = imported.notes
    assert archive.startswith("inner.zip was left out: ")
    assert lost == "Left out, since no picture of it can be read: Moon/ko, Moon/ku."
    assert unread.startswith("3 of 7 pictures could not be read, such as Moon/ki/2.png: ")
    assert strays == "Left out, since it is in no character's folder: Moon/cover.png."


def test_names_that_no_alphabet_can_have_are_made_plain(tmp_path):
    files = {f"Moon/{name}/1.png": SCRIBBLES[0] for name in ("a\x1bb", "a b", "x" * 90, "\u202e", "<b>")}
    (tmp_path / "class.zip").write_bytes(drawn.zipped(files))
    own = import_path(tmp_path / "class.zip").own
    assert {c.name for c in own.alphabets[0].characters} == {"a b", "a b 2", "x" * 60, "character", "<b>"}


def test_nothing_to_import_is_one_sentence(tmp_path):
    with pytest.raises(UserError, match="class has no pictures; give a folder or a zip of folders"):
        import_path(folder(tmp_path / "class", {"a/b.txt": b""}))
    with pytest.raises(UserError, match=r"None of the 1 pictures in bad can be read; a/b\.png: .*picture"):
        import_path(folder(tmp_path / "bad", {"a/b.png": b"text"}))
    with pytest.raises(UserError, match="does not exist"):
        import_path(tmp_path / "nowhere")
    with pytest.raises(UserError, match="cannot be read"):
        import_path(tmp_path / "nowhere.json")
    with pytest.raises(UserError, match="the name of the set does not have 1 to 60"):
        import_path(tmp_path / "class", "x" * 61)


def test_too_many_pictures_and_characters_are_refused_before_any_is_decoded(tmp_path):
    (tmp_path / "many.zip").write_bytes(drawn.zipped({f"a/{n}.png": b"" for n in range(2_001)}))
    with pytest.raises(UserError, match="2,001 pictures, and 2,000 are the most"):
        import_path(tmp_path / "many.zip")
    (tmp_path / "wide.zip").write_bytes(drawn.zipped({f"a/{n}/1.png": b"" for n in range(501)}))
    with pytest.raises(UserError, match="1 alphabets and 501 characters"):
        import_path(tmp_path / "wide.zip")


def test_a_json_file_is_imported_under_its_name_or_another(tmp_path):
    own = import_path(folder(tmp_path / "class", FILES)).own
    (tmp_path / "set.JSON").write_bytes(file_format.write(own))
    assert import_path(tmp_path / "set.JSON").own == own
    assert import_path(tmp_path / "set.JSON", "Other").own.name == "Other"
