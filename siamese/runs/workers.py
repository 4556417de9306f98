"""The workers of a run that trains on several machines, as TF_CONFIG describes them to TensorFlow."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Callable

from siamese.errors import UserError

VARIABLE = "TF_CONFIG"
EXAMPLE = '{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]}, "task": {"type": "worker", "index": 0}}'

_ADDRESS = re.compile(r"[^\s:,/]+:\d{1,5}")


@dataclasses.dataclass(frozen=True)
class Workers:
    """Addresses (host:port) of all workers, the chief's first, and the place of this one among them, from 0."""

    addresses: tuple[str, ...]
    index: int

    @property
    def chief(self) -> bool:
        """Whether this worker decides and writes the files."""
        return self.index == 0

    def __str__(self) -> str:
        """What it runs on, in one sentence."""
        names = [f"{address} (the chief)" if i == 0 else address for i, address in enumerate(self.addresses)]
        return f"{len(names)} workers: {', '.join(names)}; this one is worker {self.index}"


def listed(addresses: str, index: int) -> Workers:
    """The workers of a list "host:port,host:port", described in TF_CONFIG from now on. Raises UserError."""
    workers = _checked(tuple(part.strip() for part in addresses.split(",")), index)
    os.environ[VARIABLE] = json.dumps(
        {"cluster": {"worker": workers.addresses}, "task": {"type": "worker", "index": workers.index}}
    )
    return workers


def from_environment() -> Workers:
    """The workers that TF_CONFIG describes. Raises UserError when it is missing or cannot be used."""
    text = os.environ.get(VARIABLE)
    if not text:
        raise UserError(
            f"{VARIABLE} is not set: give the addresses after --workers, or set it to {EXAMPLE} or the like."
        )
    try:
        described = json.loads(text)
        cluster, task = described["cluster"], described["task"]
        chiefs, others = cluster.get("chief", []), cluster.get("worker", [])
        place = int(task["index"]) + (len(chiefs) if task["type"] == "worker" else 0)
        if set(cluster) - {"chief", "worker"} or task["type"] not in cluster:
            raise ValueError("only tasks of the types chief and worker train")
        return _checked((*chiefs, *others), place)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{VARIABLE} cannot be used ({type(error).__name__}: {error}): it should look like {EXAMPLE}."
        ) from error


def _checked(addresses: tuple[str, ...], index: int) -> Workers:
    for address in addresses:
        if not _ADDRESS.fullmatch(str(address)):
            raise UserError(f"{address!r} is not the address of a worker: use host:port, as in 10.0.0.1:2222.")
    if len(set(addresses)) < max(2, len(addresses)):
        raise UserError("Give the addresses of at least two workers, each of them once.")
    if not 0 <= index < len(addresses):
        raise UserError(f"There is no worker {index} among {len(addresses)}: count from 0, which is the chief.")
    return Workers(tuple(addresses), index)


def follow(show: Callable[[str], None]) -> None:
    """Train what the chief trains, as one of the other workers in TF_CONFIG; writes no files. Raises UserError."""
    from siamese.network import cluster
    from siamese.runs import worker

    worker.lower_priority()
    cluster.follow(show)
