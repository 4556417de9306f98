"""Limits of the process that reads HDF5 files."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from siamese.network.foreign import hdf5_reader


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the limit needs a POSIX system")
def test_a_reader_that_loops_is_ended():
    program = f"import hdf5_reader; hdf5_reader._limit({10**9}, 1_000)\nwhile True: pass"
    folder = hdf5_reader.__file__.rpartition("/")[0]
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, timeout=60)
    assert done.returncode == -signal.SIGPROF


def test_large_files_have_more_time():
    assert hdf5_reader.CPU_SECONDS + 470 * hdf5_reader.CPU_SECONDS_PER_MB > 5
    assert hdf5_reader.CPU_SECONDS < 1.5
