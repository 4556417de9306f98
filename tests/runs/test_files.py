"""Writing completely or not at all, and reading strictly."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import threading

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from siamese.runs import files
from siamese.runs.curves import CurveWriter
from siamese.runs.files import DamagedFile, FolderExists, WriteError


def test_a_file_is_replaced(tmp_path):
    files.replace(tmp_path / "a", b"one")
    files.replace(tmp_path / "a", b"two")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"two"


def test_a_folder_is_replaced(tmp_path):
    for content in ("one", "two"):
        with files.atomic_folder(tmp_path / "a", replace=True) as draft:
            (draft / "file").write_text(content)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a" / "file").read_text() == "two"


def test_an_error_on_the_way_leaves_the_old_and_no_draft(tmp_path):
    files.replace(tmp_path / "a", b"good")
    for atomic in (files.atomic_file(tmp_path / "a"), files.atomic_folder(tmp_path / "b")):
        with pytest.raises(ZeroDivisionError), atomic as draft:
            (draft / "half" if draft.is_dir() else draft).write_bytes(bytes(1 // 0))
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"good"


def test_a_file_that_may_not_grow_is_one_clear_sentence(tmp_path):
    """The system itself refuses, as on a full disk."""
    files.replace(tmp_path / "a", b"good")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(
            WriteError,
            match=r"a could not be written .*: free some disk space, then try again; everything written before is safe",
        ):
            files.replace(tmp_path / "a", bytes(20_000))
        with pytest.raises(WriteError, match="free some disk space"), files.atomic_folder(tmp_path / "b") as draft:
            files.write_tensors(draft / "state.safetensors", {"x": np.zeros(10_000)})
        curve = CurveWriter(tmp_path / "curve", 0)
        record = {"step": 1, "loss": 0.5, "pair_accuracy": 0.5, "seconds": 0.1}
        with pytest.raises(WriteError, match="free some disk space"):
            any(curve.add(record) for _ in range(10_000))
        curve.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "curve"]
    assert (tmp_path / "a").read_bytes() == b"good"


def test_a_folder_that_cannot_be_written_to_is_reported(tmp_path):
    with pytest.raises(WriteError, match="check that the folder can be written to"):
        files.replace(tmp_path / "nowhere" / "a", b"")
    with pytest.raises(WriteError), files.write_errors("It"):
        raise OSError(errno.EROFS, "Read-only file system")


def test_what_was_left_is_swept(tmp_path):
    (tmp_path / f"{files.DRAFT}1").mkdir()
    (tmp_path / f"{files.DRAFT}1" / "file").touch()
    (tmp_path / f"{files.REMOVED}2").mkdir()
    (tmp_path / f"{files.DRAFT}3").touch()
    (tmp_path / "kept").touch()
    files.sweep(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]


tensors = st.dictionaries(
    st.text("abc.0", min_size=1, max_size=5),
    arrays.arrays(
        st.sampled_from([np.dtype(t) for t in files.SAFETENSORS_TYPES]),
        arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    ),
    max_size=4,
)


@settings(max_examples=100, deadline=None)
@given(tensors)
def test_tensors_are_what_the_library_reads(tmp_path_factory, written):
    file = tmp_path_factory.mktemp("tensors") / "x.safetensors"
    digest = files.write_tensors(file, written)
    assert digest == files.sha256(file)
    read = safetensors.numpy.load_file(file)
    assert read.keys() == written.keys()
    for name, tensor in written.items():
        assert read[name].dtype == tensor.dtype
        assert read[name].shape == tensor.shape
        assert read[name].tobytes() == tensor.tobytes()


def test_tensors_need_not_lie_side_by_side(tmp_path):
    tensor = np.arange(12, dtype=np.float32).reshape(3, 4).T
    files.write_tensors(tmp_path / "x", {"x": tensor})
    assert np.array_equal(safetensors.numpy.load_file(tmp_path / "x")["x"], tensor)


def test_a_folder_with_files_in_it_is_not_replaced(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("first")
    with pytest.raises(FolderExists), files.atomic_folder(tmp_path / "a") as draft:
        (draft / "file").write_text("second")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a" / "file").read_text() == "first"


def test_of_many_that_want_a_name_at_once_one_gets_it(tmp_path):
    gate, won = threading.Barrier(8), []

    def create(number: int) -> None:
        gate.wait()
        with contextlib.suppress(FolderExists):
            with files.atomic_folder(tmp_path / "a") as draft:
                (draft / "file").write_text(str(number))
            won.append(number)

    threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert (tmp_path / "a" / "file").read_text() == str(won[0])


def test_what_is_written_is_on_the_disk_before_it_gets_its_name(tmp_path, monkeypatch):
    """The content is synchronised before the rename, the folder with the name after it."""
    done = []
    fsync, rename = os.fsync, os.replace

    def syncing(descriptor: int) -> None:
        target = os.readlink(f"/proc/self/fd/{descriptor}")
        done.append("folder" if target == str(tmp_path) else "content")
        fsync(descriptor)

    def renaming(source, target) -> None:
        done.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(os, "replace", renaming)
    files.replace(tmp_path / "a", b"content")
    assert done == ["content", "rename", "folder"]
    done.clear()
    with files.atomic_folder(tmp_path / "b") as draft:
        (draft / "one").touch()
        (draft / "two").touch()
    assert done == ["content", "content", "content", "rename", "folder"]  # two files and the draft itself


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "Expecting value"),
        ("[1]", "it is not a JSON object"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"a": NaN}', "it contains the value NaN"),
        ('{"a": -Infinity}', "it contains the value -Infinity"),
        ('{"a": 1e999}', "it contains the value 1e999"),
        ('{"a": ' + "7" * 400 + "}", "it contains the value 77777777777777777777$"),
        ('{"a": 9007199254740993}', "it contains the value 9007199254740993"),
        ('{"a": "' + "x" * 1_000_000 + '"}', "it has more than 1,000,000 bytes"),
        ("\ud800", "utf-8"),
    ],
)
def test_json_that_is_not_an_object_of_plain_values_is_refused(tmp_path, content, reason):
    (tmp_path / "state.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(DamagedFile, match=f"^state.json is damaged: .*{reason}"):
        files.read_json(tmp_path / "state.json")


def test_json_that_was_written_comes_back(tmp_path):
    value = {"a": [1, -2.5, None, True, "\N{GREEK SMALL LETTER ALPHA}"], "b": {"c": 9007199254740992}}
    files.replace_json(tmp_path / "a.json", value)
    assert files.read_json(tmp_path / "a.json") == value


def test_a_rename_waits_while_another_program_has_the_file_open(tmp_path, monkeypatch):
    """As on Windows, which refuses it."""
    attempts, rename = [], os.replace

    def refuse_twice(source, target):
        attempts.append(target)
        if len(attempts) < 3:
            raise PermissionError(errno.EACCES, "in use")
        rename(source, target)

    monkeypatch.setattr(files, "RENAME_TIMEOUT_SECONDS", 5.0)
    monkeypatch.setattr(os, "replace", refuse_twice)
    files.replace(tmp_path / "state.json", b"{}")
    assert (tmp_path / "state.json").read_bytes() == b"{}"
    assert len(attempts) == 3
    monkeypatch.setattr(files, "RENAME_TIMEOUT_SECONDS", 0.0)
    attempts.clear()
    with pytest.raises(files.WriteError, match="in use"):
        files.replace(tmp_path / "state.json", b"[]")
    assert (tmp_path / "state.json").read_bytes() == b"{}"


def test_json_is_written_for_people_to_read(tmp_path):
    files.replace_json(tmp_path / "run.json", {"name": "Zoë", "steps": 2})
    assert (tmp_path / "run.json").read_text(encoding="utf-8") == '{\n "name": "Zoë",\n "steps": 2\n}\n'
