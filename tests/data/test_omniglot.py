from __future__ import annotations

import hashlib
import http.server
import threading

import numpy as np
import pytest

from siamese import paths
from siamese.data import archives
from siamese.data import omniglot as module
from siamese.data.archives import OmniglotError
from siamese.data.characters import pack
from tests import drawn


def small_sets(monkeypatch):
    """Omniglot of 2 + 1 characters, so that archives can be made in a test."""
    monkeypatch.setattr(archives, "SETS", {"images_background": 2, "images_evaluation": 1})


def entries(archive: str, characters: dict[str, int], drawers: int = 20) -> dict[str, bytes]:
    return {
        f"{archive}/{alphabet}/character{c + 1:02}/{c:04}_{d:02}.png": drawn.png(drawn.scribble(c, d))
        for alphabet, count in characters.items()
        for c in range(count)
        for d in range(1, drawers + 1)
    }


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A folder with a small, whole Omniglot in archives."""
    small_sets(monkeypatch)
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "images_background.zip").write_bytes(drawn.zipped(entries("images_background", {"Greek": 2})))
    (folder / "images_evaluation.zip").write_bytes(drawn.zipped(entries("images_evaluation", {"Kannada": 1})))
    return folder


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


def test_without_any_source_it_says_how_to_get_one(home):
    assert not module.available()
    with pytest.raises(OmniglotError, match="data download"):
        module.load()
    with pytest.raises(OmniglotError, match="data download"):
        module.load_runs()


@pytest.mark.parametrize(
    ("archive", "content", "says"),
    [
        ("images_evaluation.zip", b"not a zip", "not a whole zip"),
        ("images_evaluation.zip", drawn.zipped({}), "0 characters where Omniglot has 1"),
        ("images_evaluation.zip", drawn.zipped(entries("images_evaluation", {"Kannada": 1}, drawers=19)), "drawer 20"),
        (
            "images_background.zip",
            drawn.zipped(entries("images_background", {"Greek": 3})),
            "3 characters where Omniglot has 2",
        ),
        (
            "images_evaluation.zip",
            drawn.zipped(
                entries("images_evaluation", {"Kannada": 1})
                | {"images_evaluation/Kannada/character01/0_01.png": b"junk"}
            ),
            "twice|PNG",
        ),
        (
            "images_evaluation.zip",
            drawn.zipped(
                entries("images_evaluation", {"Kannada": 1})
                | {"images_evaluation/Kannada/character01/0000_01.png": drawn.png(np.zeros((105, 105)), "L")}
            ),
            "mode L",
        ),
        (
            "images_evaluation.zip",
            drawn.zipped({"images_evaluation/Kannada/character01/0000_01.png": bytes(200_000)}),
            "far more",
        ),
    ],
)
def test_wrong_archives_are_refused_and_nothing_is_lost(source, home, archive, content, says):
    module.import_folder(source)
    before = module.packed_file().read_bytes()
    (source / archive).write_bytes(content)
    with pytest.raises(OmniglotError, match=says):
        module.import_folder(source)
    assert module.packed_file().read_bytes() == before


def test_a_folder_without_archives_is_named(home, tmp_path):
    with pytest.raises(OmniglotError, match=r"images_background\.zip"):
        module.import_folder(tmp_path)
    with pytest.raises(OmniglotError, match="not a folder"):
        module.import_folder(tmp_path / "nowhere")


def test_a_damaged_packed_file_is_said(source, home):
    module.import_folder(source)
    module.packed_file().write_bytes(b"junk")
    with pytest.raises(OmniglotError, match="damaged"):
        module.load()


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
    monkeypatch.setattr(archives, "ARCHIVES", table)
    yield handler
    server.shutdown()


def test_a_download_ends_in_a_packed_set(served, home):
    seen = []
    module.download(lambda done, total: seen.append(done / total))
    assert len(module.load()) == 60
    assert seen[-1] == 1.0
    assert seen == sorted(seen)


def test_a_refused_download_says_so(served, home):
    served.broken = 404
    with pytest.raises(OmniglotError, match="could not be downloaded"):
        module.download()
    assert not module.available()


def test_wrong_bytes_never_get_the_archives_name(served, home):
    served.files["images_evaluation.zip"] = b"<html>log in first</html>"
    with pytest.raises(OmniglotError, match="sha256"):
        module.download()
    assert not (paths.data() / "omniglot-archives" / "images_evaluation.zip").exists()
    assert not module.available()


def test_the_real_set_is_whole(omniglot, lake_runs):
    assert len(omniglot) == 32_460
    assert len(omniglot.characters) == 1623
    assert [len(part(omniglot).characters) for part in (module.background, module.validation, module.lake_ten)] == [
        964,
        277,
        382,
    ]
    assert set(module.SCRIPTS) <= {a.name for a in omniglot.alphabets}
    assert 0.05 < omniglot.drawings(range(0, 32_460, 100)).mean() < 0.1
    assert lake_runs.query.shape == (20, 20, 105, 105)
    assert all(sorted(answers) == list(range(20)) for answers in lake_runs.answer)


def test_lakes_drawings_are_omniglots_of_lakes_ten(omniglot, lake_runs):
    known = {row.tobytes() for row in module.lake_ten(omniglot).bits}
    assert all(row.tobytes() in known for row in pack(lake_runs.query.reshape(400, 105, 105)))
