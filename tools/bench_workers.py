"""Compare one worker with two on this machine: python tools/bench_workers.py --preset lesson --steps 50

Both train the same batches, two of them half of each batch, over the loopback interface. Printed: the losses of some
steps side by side, the largest difference over all steps, drawings per second of both. On one machine two workers
share its cores, so no gain is expected; each has a GPU of its own where there are two. In float32 unless --precision
machine is given, since rounding to bfloat16 alone makes more difference than is looked for.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from siamese import runs
from siamese.data import sources
from siamese.presets import PRESETS

ALONE, CHIEF, OTHER = "alone", "chief", "other"
WARM_UP_STEPS = 2
"""Steps whose time is not counted: TensorFlow traces the first."""
SHOWN_EVERY = 7


def free_addresses() -> str:
    """Two addresses on this machine whose ports are free."""
    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind(("127.0.0.1", 0))
        return ",".join(f"127.0.0.1:{each.getsockname()[1]}" for each in (one, other))


def work(arguments: argparse.Namespace) -> None:
    """One worker's process; those who decide print their losses and times as JSON."""
    from siamese.network import cluster, device
    from siamese.network.trainer import Trainer

    if arguments.precision == "float32":
        device._processor_flags = set
    if arguments.role != ALONE:
        runs.listed(arguments.workers, [CHIEF, OTHER].index(arguments.role))
    if arguments.role == OTHER:
        return cluster.follow(lambda line: None)
    config, sets = PRESETS[arguments.preset], sources.get(arguments.data).training_sets()
    make = Trainer if arguments.role == ALONE else lambda *given: cluster.ChiefTrainer(given[0], arguments.data, *sets)
    with contextlib.closing(make(config, *sets)) as trainer:
        records = [trainer.advance() for _ in range(arguments.steps)]
    seconds = statistics.median(record["seconds"] for record in records[WARM_UP_STEPS:])
    print(json.dumps({"losses": [record["loss"] for record in records], "rate": config.batch.drawings / seconds}))


def start(arguments: argparse.Namespace, role: str, workers: str = "") -> subprocess.Popen:
    """The process of a worker with this role."""
    options = {"preset": arguments.preset, "steps": arguments.steps, "data": arguments.data}
    options |= {"precision": arguments.precision, "role": role, "workers": workers}
    command = [sys.executable, __file__, *(f"--{name}={value}" for name, value in options.items())]
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "1" if role == OTHER else "0"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def result(process: subprocess.Popen) -> dict:
    """What a worker has printed at its end."""
    lines = process.communicate()[0].splitlines()
    if process.returncode or not lines:
        raise SystemExit(f"A worker ended with exit code {process.returncode}.")
    return json.loads(lines[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="lesson")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--data", default="omniglot")
    parser.add_argument("--precision", choices=("float32", "machine"), default="float32")
    parser.add_argument("--role", choices=(ALONE, CHIEF, OTHER), help=argparse.SUPPRESS)
    parser.add_argument("--workers", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.role:
        work(arguments)
        return 0
    one = result(start(arguments, ALONE))
    workers = free_addresses()
    chief, other = (start(arguments, role, workers) for role in (CHIEF, OTHER))
    two = result(chief)
    other.wait()
    print("step      one worker  two workers")
    for step in sorted({*range(0, arguments.steps, SHOWN_EVERY), arguments.steps - 1}):
        print(f"{step + 1:4}  {one['losses'][step]:14.6f}  {two['losses'][step]:11.6f}")
    pairs = list(zip(one["losses"], two["losses"], strict=True))
    largest, relative = (max(abs(a - b) / unit(a) for a, b in pairs) for unit in (lambda loss: 1.0, abs))
    print(f"largest difference over {arguments.steps} steps: {largest:.6f}, {relative:.3%} of the loss")
    print(f"drawings per second: {one['rate']:.0f} and {two['rate']:.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
