"""Omniglot in the layouts that people have: each gives the same drawings, or one sentence."""

from __future__ import annotations

import io
import pathlib
import zipfile

import numpy as np
import pytest
from PIL import Image

from siamese import paths
from siamese.data import archives, omniglot, splits
from siamese.data.archives import OmniglotError
from siamese.errors import UserError
from tests import drawn
from tests.hostile.archives import SETS, entries, make_source, runs

BACKGROUND = entries("images_background", "Greek", 2)
EVALUATION = entries("images_evaluation", "Kannada", 1)
BOTH = BACKGROUND | EVALUATION


@pytest.fixture(autouse=True)
def small_sets(monkeypatch):
    monkeypatch.setattr(archives, "SETS", SETS)


def renamed(change, files=BOTH):
    return {change(name): content for name, content in files.items()}


def without_top(name):
    return name.split("/", 1)[1]


def unpack(folder: pathlib.Path, files: dict[str, bytes]) -> pathlib.Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def resaved(content: bytes, mode: str = "L", invert: bool = False) -> bytes:
    grey = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    saved = io.BytesIO()
    Image.fromarray(255 - grey if invert else grey).convert(mode).save(saved, "PNG")
    return saved.getvalue()


JUNK = {
    "__MACOSX/images_background/Greek/character01/._0000_01.png": b"\0\5\x16\7",
    "images_background/.DS_Store": b"Bud1",
    "images_background/Greek/Thumbs.db": b"\xd0\xcf",
    "images_background/Greek/character01/desktop.ini": b"[.ShellClassInfo]",
}
ARCHIVES = {
    "images_background.zip": drawn.zipped(BACKGROUND),
    "images_evaluation.zip": drawn.zipped(EVALUATION),
}
CLONE = {
    **{f"python/{name}": content for name, content in ARCHIVES.items()},
    "python/images_background_small1.zip": drawn.zipped(entries("images_background_small1", "Greek", 1)),
    "python/one-shot-classification/all_runs.zip": drawn.zipped(runs()),
    "README.md": b"Omniglot",
}
LAYOUTS = {
    "folders": BOTH,
    "nested twice": renamed(lambda name: f"{name.split('/')[0]}/{name}"),
    "without the top folder": renamed(without_top),
    "two levels down": renamed(lambda name: f"archive/data/{name}"),
    "torchvision": {**BOTH, **ARCHIVES},
    "junk of Finder and Windows": BOTH | JUNK,
    "a clone": CLONE,
}


def check() -> None:
    characters = omniglot.load()
    assert [alphabet.name for alphabet in characters.alphabets] == ["Greek", "Kannada"]
    assert np.array_equal(characters.drawings([characters.row(1, 7)])[0], drawn.scribble(1, 7))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_is_imported_as_a_folder_and_as_a_zip(home, tmp_path, layout):
    omniglot.import_folder(unpack(tmp_path / "given", LAYOUTS[layout]))
    check()
    omniglot.packed_file().unlink()
    (tmp_path / "given.zip").write_bytes(drawn.zipped(LAYOUTS[layout]))
    omniglot.import_folder(tmp_path / "given.zip")
    check()


def test_backslashes_in_names_of_a_zip_are_slashes(home, tmp_path):
    (tmp_path / "given.zip").write_bytes(drawn.zipped(renamed(lambda name: name.replace("/", "\\"))))
    omniglot.import_folder(tmp_path / "given.zip")
    check()


def test_a_clone_brings_lakes_runs(home, tmp_path):
    assert omniglot.import_folder(unpack(tmp_path / "omniglot", CLONE)).missing == ()
    assert omniglot.load_runs().answer.shape == (20, 20)


@pytest.mark.parametrize(("mode", "invert"), [("L", False), ("L", True), ("1", True), ("P", False), ("RGB", True)])
def test_drawings_saved_again_are_turned_the_right_way(home, tmp_path, mode, invert):
    files = {name: resaved(content, mode, invert) for name, content in BOTH.items()}
    omniglot.import_folder(unpack(tmp_path / "given", files))
    check()


def test_a_mixture_of_inverted_and_other_drawings_is_refused(home, tmp_path):
    names = iter(BACKGROUND)
    first = next(names)
    files = BOTH | {first: resaved(BOTH[first], "L", invert=True)}
    with pytest.raises(OmniglotError, match="1 of 40 drawings are inverted, the others are not"):
        omniglot.import_folder(unpack(tmp_path / "given", files))
    assert not omniglot.available()


def test_other_drawings_are_refused_by_their_share_of_ink(home, tmp_path):
    half = np.zeros((105, 105))
    half[:50] = 1
    files = dict.fromkeys(BOTH, drawn.png(half))
    with pytest.raises(OmniglotError, match=r"47\.6% of the pixels are ink, in Omniglot 8 %"):
        omniglot.import_folder(unpack(tmp_path / "given", files))


def test_the_background_set_alone_is_imported_and_the_rest_is_named(home, tmp_path):
    state = omniglot.import_folder(unpack(tmp_path / "given", BACKGROUND))
    assert state.alphabets == {"Greek"}
    assert state.missing == ("images_evaluation.zip", "all_runs.zip")
    with pytest.raises(UserError, match=r"import images_evaluation\.zip"):
        splits.subset("validation", omniglot.load())
    with pytest.raises(OmniglotError, match=r"import all_runs\.zip"):
        omniglot.load_runs()


def test_parts_imported_one_after_the_other_are_joined(home, tmp_path):
    source = make_source(tmp_path / "source")
    for name in ("images_evaluation", "images_background", "all_runs"):
        state = omniglot.import_folder(source / f"{name}.zip")
    assert state.missing == ()
    check()


def test_a_wrong_folder_in_the_environment_is_named_and_hides_nothing(home, monkeypatch, tmp_path):
    from siamese.data import sources

    for wrong in (tmp_path / "nowhere", tmp_path):
        monkeypatch.setenv("OMNIGLOT_DIR", str(wrong))
        assert f"OMNIGLOT_DIR names, {wrong}" in omniglot.state().problem
        assert sources.find_alphabet("Kannada")[0].name == "Built-in alphabets"
        with pytest.raises(UserError, match="OMNIGLOT_DIR names"):
            sources.find_alphabet("Elvish")


def test_readiness_follows_from_the_content(home, monkeypatch, tmp_path):
    source = unpack(tmp_path / "source", BOTH | {next(iter(EVALUATION)): b"junk"})
    monkeypatch.setenv("OMNIGLOT_DIR", str(source))
    with pytest.raises(OmniglotError, match="OMNIGLOT_DIR names"):
        omniglot.load()
    assert "cannot be read as a PNG" in omniglot.state().problem
    paths.data().mkdir(parents=True, exist_ok=True)
    omniglot.packed_file().write_bytes(b"junk")
    assert "is damaged" in omniglot.state().problem


def test_an_archive_inside_that_is_encrypted_is_refused(home, tmp_path):
    content = bytearray(drawn.zipped(BACKGROUND))
    for header, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.find(header) + flags] |= 1
    (tmp_path / "given.zip").write_bytes(bytes(content))
    with pytest.raises(OmniglotError, match="it is encrypted"):
        omniglot.import_folder(tmp_path / "given.zip")
    assert zipfile.is_zipfile(tmp_path / "given.zip")
