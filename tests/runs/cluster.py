"""A worker of a run that two workers train on this machine: python -m tests.runs.cluster INDEX ADDRESSES RUN"""

from __future__ import annotations

import sys

from siamese import runs
from siamese.data import sources
from siamese.network import device
from tests.runs import fake


def main(index: int, addresses: str, run_id: str) -> str:
    """Train in float32, as in the test that compares the losses."""
    sources.SOURCES["drawn"], device._processor_flags = fake.SOURCE, set
    workers = runs.listed(addresses, index)
    return runs.train(run_id, print, True) if workers.chief else runs.follow(print)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
