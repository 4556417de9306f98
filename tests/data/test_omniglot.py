from __future__ import annotations

import errno
import hashlib
import http.server
import pathlib
import threading

import numpy as np
import pytest

from siamese import paths
from siamese.data import archives, downloads, packed_files, splits
from siamese.data import omniglot as module
from siamese.data.archives import OmniglotError
from siamese.data.characters import pack
from tests import drawn
from tests.hostile.archives import FAULTS, SETS, make_source


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A folder with a small, complete Omniglot in archives: 2 + 1 characters."""
    monkeypatch.setattr(archives, "SETS", SETS)
    return make_source(tmp_path / "source")


def test_archives_become_one_packed_file(source, home):
    seen = []
    module.import_folder(source, lambda done, total: seen.append(done))
    characters = module.load()
    assert [a.name for a in characters.alphabets] == ["Greek", "Kannada"]
    assert characters.alphabet("Greek").script == "Greek"
    assert len(characters) == 60
    assert np.array_equal(characters.drawings([characters.row(1, 7)])[0], drawn.scribble(1, 7))
    assert seen == sorted(seen)
    assert {p.name for p in paths.data().iterdir() if "incomplete" in p.name} == set()


def test_unpacked_folders_are_read_like_archives(source, home, tmp_path):
    import zipfile

    unpacked = tmp_path / "unpacked"
    for archive in source.glob("*.zip"):
        zipfile.ZipFile(archive).extractall(unpacked)
    module.import_folder(unpacked)
    assert len(module.load()) == 60


def test_the_environment_names_a_source(source, home, monkeypatch):
    monkeypatch.setenv("OMNIGLOT_DIR", str(source))
    assert module.available()
    assert len(module.load()) == 60


def test_without_a_source_the_error_says_how_to_get_one(home):
    assert not module.available()
    with pytest.raises(OmniglotError, match="data download"):
        module.load()
    with pytest.raises(OmniglotError, match="data download"):
        module.load_runs()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_folder_is_refused_in_one_sentence_and_nothing_is_lost(source, home, fault):
    module.import_folder(source)
    before = {file.name: file.read_bytes() for file in paths.data().iterdir()}
    FAULTS[fault](source)
    with pytest.raises(OmniglotError, match=r"^[^\n]{20,400}[.]$"):
        module.import_folder(source)
    assert {file.name: file.read_bytes() for file in paths.data().iterdir()} == before


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("archive is a pipe", "images_evaluation.zip cannot be read: not a regular file"),
        ("drawing is a folder", "lacks a drawing of Kannada/character01 or has one too many: see drawer 1"),
        ("sizes too small", "images_evaluation.zip/.*0000_01.png in .* cannot be read: it is damaged"),
        ("lzma of 50 MB", "compressed in an unusual way"),
        ("honest 100 MB", "0000_01.png in .* is larger than 100,000 bytes"),
        ("300,000 entries", "too many files"),
        ("name of 5,000 digits", "lacks a drawing of Kannada/character01 or has one too many: see drawer 1"),
        ("one character more", "2 characters instead of 1"),
        ("drawing twice", "twice"),
        ("drawing is blank", "is blank"),
        ("labels of a class 21", "does not name the answers"),
        ("an item of the runs is missing", "all_runs.zip/run20/test/item20.png is missing"),
    ],
)
def test_the_reason_names_the_file(source, home, fault, says):
    FAULTS[fault](source)
    with pytest.raises(OmniglotError, match=says):
        module.import_folder(source)


def test_a_folder_that_cannot_be_written_is_named(source, home):
    home.mkdir()
    (home / "data").write_bytes(b"")
    with pytest.raises(OmniglotError, match=r"home/data cannot be written: File exists"):
        module.import_folder(source)
    with pytest.raises(OmniglotError, match=r"home/data cannot be written"):
        module.download()


def test_a_full_disk_leaves_no_remains(source, home, monkeypatch):
    module.import_folder(source)
    before = sorted((file.name, file.read_bytes()) for file in paths.data().iterdir())

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(packed_files.os, "fsync", full)
    with pytest.raises(OmniglotError, match="cannot be written: No space left on device"):
        module.import_folder(source)
    assert sorted((file.name, file.read_bytes()) for file in paths.data().iterdir()) == before


def test_remains_of_a_killed_import_are_deleted(source, home):
    paths.data().mkdir(parents=True)
    (paths.data() / "omniglot.incomplete-12345678.npz").write_bytes(b"half")
    module.import_folder(source)
    assert not list(paths.data().glob("*incomplete*"))


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "/dev/null"])
def test_impossible_folders_are_no_folders(home, name):
    with pytest.raises(OmniglotError, match=r"does not exist|not a regular file"):
        module.import_folder(pathlib.Path(name))


def test_a_folder_without_archives_is_named(home, tmp_path):
    with pytest.raises(OmniglotError, match="has no drawings of Omniglot"):
        module.import_folder(tmp_path)
    with pytest.raises(OmniglotError, match="does not exist"):
        module.import_folder(tmp_path / "nowhere")


def test_a_damaged_packed_file_is_reported(source, home):
    module.import_folder(source)
    module.packed_file().write_bytes(b"junk")
    with pytest.raises(OmniglotError, match="damaged"):
        module.load()


@pytest.mark.parametrize("content", [b"", b"junk", b"PK\x05\x06" + bytes(18), b"\x93NUMPY", None])
def test_damaged_runs_are_reported(source, home, content):
    module.import_folder(source)
    good = module.runs_file().read_bytes()
    module.runs_file().write_bytes(good[: len(good) // 2] if content is None else content)
    with pytest.raises(OmniglotError, match="damaged; delete it"):
        module.load_runs()


def test_lakes_runs_are_imported(source, home):
    module.import_folder(source)
    assert np.array_equal(module.load_runs().answer, np.tile(np.arange(19, -1, -1), (20, 1)))
    assert np.array_equal(module.load_runs().support[7, 3], drawn.scribble(0, 1))


class Server(http.server.BaseHTTPRequestHandler):
    """Serves `files`, or the status in `broken`."""

    files: dict[str, bytes]
    broken = 0

    def do_GET(self):
        content = self.files.get(self.path.strip("/"), b"")
        self.send_response(self.broken or 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def served(source, monkeypatch):
    """The small archives on a server of this machine, as `ARCHIVES` names them."""
    handler = type("Handler", (Server,), {"files": {p.name: p.read_bytes() for p in source.glob("*.zip")}})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    table = {
        name: (len(content), hashlib.sha256(content).hexdigest(), f"http://127.0.0.1:{server.server_port}/{name}")
        for name, content in handler.files.items()
    }
    monkeypatch.setattr(downloads, "ARCHIVES", table)
    monkeypatch.setattr(downloads, "RETRIES", 0)
    yield handler
    server.shutdown()


def test_a_download_ends_in_a_packed_set(served, home):
    seen = []
    module.download(lambda done, total: seen.append(done / total))
    assert len(module.load()) == 60
    assert seen[-1] == 1.0
    assert seen == sorted(seen)


def test_a_refused_download_is_reported(served, home):
    served.broken = 404
    with pytest.raises(OmniglotError, match="could not be downloaded"):
        module.download()
    assert not module.available()


def test_wrong_bytes_never_get_the_name_of_an_archive(served, home):
    served.files["images_evaluation.zip"] = b"<html>log in first</html>"
    with pytest.raises(OmniglotError, match="sha256"):
        module.download()
    assert not (paths.data() / "omniglot-archives" / "images_evaluation.zip").exists()
    assert not module.available()


def test_the_real_data_set_is_complete(omniglot, lake_runs):
    assert len(omniglot) == 32_460
    assert len(omniglot.characters) == 1623
    groups = [splits.subset(key, omniglot) for key in ("background", "validation", "lake")]
    assert [len(group.characters) for group in groups] == [964, 277, 382]
    assert set(splits.SCRIPTS) <= {a.name for a in omniglot.alphabets}
    assert 0.05 < omniglot.drawings(range(0, 32_460, 100)).mean() < 0.1
    assert lake_runs.query.shape == (20, 20, 105, 105)
    assert all(sorted(answers) == list(range(20)) for answers in lake_runs.answer)


def test_lakes_drawings_are_those_of_lakes_ten_alphabets(omniglot, lake_runs):
    known = {row.tobytes() for row in splits.subset("lake", omniglot).bits}
    assert all(row.tobytes() in known for row in pack(lake_runs.query.reshape(400, 105, 105)))
