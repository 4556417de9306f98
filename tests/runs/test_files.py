"""Writing whole or not at all."""

from __future__ import annotations

import collections
import errno
import resource

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from siamese.runs import files
from siamese.runs.files import WriteError


def test_a_file_is_replaced(tmp_path):
    files.replace(tmp_path / "a", b"one")
    files.replace(tmp_path / "a", b"two")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"two"


def test_a_folder_is_replaced(tmp_path):
    for content in ("one", "two"):
        with files.whole_folder(tmp_path / "a") as draft:
            (draft / "file").write_text(content)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a" / "file").read_text() == "two"


def test_an_error_on_the_way_leaves_the_old_and_no_draft(tmp_path):
    files.replace(tmp_path / "a", b"good")
    for whole in (files.whole_file(tmp_path / "a"), files.whole_folder(tmp_path / "b")):
        with pytest.raises(ZeroDivisionError), whole as draft:
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
            match=r"a could not be written .*: free some disk space, then go on; what was written before is safe",
        ):
            files.replace(tmp_path / "a", bytes(20_000))
        with pytest.raises(WriteError, match="free some disk space"), files.whole_folder(tmp_path / "b") as draft:
            files.write_tensors(draft / "state.safetensors", {"x": np.zeros(10_000)})
        lines = files.Lines(tmp_path / "lines")
        with pytest.raises(WriteError, match="free some disk space"):
            collections.deque(lines.add({"step": number}) for number in range(10_000))
        lines.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "lines"]
    assert (tmp_path / "a").read_bytes() == b"good"


def test_a_folder_that_may_not_be_written_to_is_said(tmp_path):
    with pytest.raises(WriteError, match="check that the folder can be written to"):
        files.replace(tmp_path / "nowhere" / "a", b"")
    with pytest.raises(WriteError), files.explained("It"):
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
        st.sampled_from([np.dtype(t) for t in files.TYPES]),
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
