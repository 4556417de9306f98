"""python -m siamese train|runs: train a network in the foreground; list, stop and export runs."""

from __future__ import annotations

import argparse
import pathlib

from siamese import runs
from siamese.cli.terminal import discard_output, print_result
from siamese.data import sources
from siamese.errors import UserError
from siamese.presets import PRESETS

NEWEST_UNFINISHED = "newest"


def add(commands: argparse._SubParsersAction) -> None:
    """Add these commands to the parser."""
    training = commands.add_parser("train", help="train a network; Ctrl+C stops it with a checkpoint")
    training.add_argument("--preset", choices=sorted(PRESETS), default="best", help="default: %(default)s")
    training.add_argument("--data", choices=sorted(sources.SOURCES), default="omniglot", help="default: %(default)s")
    training.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    training.add_argument("--steps", type=int, help="default: the preset's")
    training.add_argument("--name", default="", help="default: the preset and the seed")
    training.add_argument(
        "--resume",
        nargs="?",
        const=NEWEST_UNFINISHED,
        metavar="RUN",
        help="continue this run, or the newest of the preset that has not finished",
    )
    training.add_argument(
        "--workers",
        nargs="?",
        const="",
        metavar="HOST:PORT,HOST:PORT",
        help="train on these machines together, the chief's address first; default: those in TF_CONFIG",
    )
    training.add_argument(
        "--worker",
        type=int,
        metavar="NUMBER",
        help="which of these machines this one is, from 0 (default: 0, the chief)",
    )
    training.set_defaults(call=train)

    actions = commands.add_parser("runs", help="training runs: list, stop, export").add_subparsers(
        required=True, metavar="command"
    )
    listing = actions.add_parser("list", help="all runs, newest first")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(call=show)
    stopping = actions.add_parser("stop", help="stop a run with a checkpoint, or remove it from the queue")
    stopping.add_argument("run")
    stopping.set_defaults(call=stop)
    exporting = actions.add_parser("export", help="copy the weights of a run")
    exporting.add_argument("run")
    exporting.add_argument(
        "file", type=pathlib.Path, help="a .safetensors file; the record is written to a .json file of the same name"
    )
    exporting.add_argument("--which", choices=runs.WHICH, default=runs.NEWEST, help="default: %(default)s")
    exporting.set_defaults(call=export)


def train(arguments: argparse.Namespace) -> None:
    workers = _workers(arguments)
    if workers:
        _show(f"Runs on {workers}.")
        if not workers.chief:
            runs.follow(_show)
            return
    run = _resumed(arguments) if arguments.resume else _new(arguments)
    _show(f"Run {run.id}: {run.name}, {run.config.schedule.steps} steps.")
    state = runs.train(run.id, _show, workers is not None)
    if state == "failed":
        raise UserError(runs.status(run.id).problem)
    if state == "stopped":
        _show(f"Continue with `python -m siamese train --resume {run.id}`.")


def _workers(arguments: argparse.Namespace) -> runs.Workers | None:
    """The workers to train on together; None for this machine alone."""
    if arguments.worker is not None and not arguments.workers:
        raise UserError("--worker needs the addresses of all workers: give them after --workers.")
    if arguments.workers is None:
        return None
    return runs.listed(arguments.workers, arguments.worker or 0) if arguments.workers else runs.from_environment()


def _show(line: str) -> None:
    """Print a line of progress. If stdout is a pipe that is no longer read, the training continues."""
    try:
        print(line, flush=True)
    except OSError:
        discard_output()


def _new(arguments: argparse.Namespace) -> runs.Run:
    if runs.active():
        raise runs.busy()
    sources.get(arguments.data).training_sets()  # before the run is created, since the data may not be installed
    try:
        config = PRESETS[arguments.preset].changed(seed=arguments.seed)
        if arguments.steps is not None:
            config = config.changed(schedule={"steps": arguments.steps})
    except ValueError as error:
        raise UserError(str(error)) from error
    return runs.create(config, arguments.preset, arguments.data, arguments.name)


def _resumed(arguments: argparse.Namespace) -> runs.Run:
    if arguments.resume != NEWEST_UNFINISHED:
        status = runs.status(arguments.resume)
        if not status.startable:
            raise UserError(f"{status.name} cannot be continued: it is {status.state}.")
        return status.run
    for status in runs.statuses():
        if status.startable and status.run.preset == arguments.preset:
            return status.run
    raise UserError(f"There is no unfinished run of preset {arguments.preset}: leave out --resume to start one.")


def show(arguments: argparse.Namespace) -> None:
    statuses = runs.statuses()
    result = {
        status.id: {
            "name": status.name,
            "state": status.state,
            "problem": status.problem,
            "step": status.step,
            "steps": status.steps,
            "validation": status.validation and status.validation["validation"],
        }
        for status in statuses
    }
    lines = [_line(status) for status in statuses]
    print_result(arguments, result, lines or ["No runs yet: start one with `python -m siamese train`."])


def _line(status: runs.Status) -> str:
    if status.run is None:
        return f"{status.id}  {status.state}: {status.problem}"
    validation = f", validation {status.validation['validation']:.1%}" if status.validation else ""
    left = ""
    if status.active and status.seconds_left is not None:
        left = f", {runs.duration_text(status.seconds_left)} left"
    progress = f"{status.state}, step {status.step} of {status.steps}{validation}{left}"
    return f"{status.id}  {status.name}: {progress}{': ' if status.problem else ''}{status.problem}"


def stop(arguments: argparse.Namespace) -> None:
    queued = runs.status(arguments.run).state == "queued"
    runs.stop(arguments.run)
    print("Removed from the queue." if queued else "It stops after its current step, with a checkpoint.")


def export(arguments: argparse.Namespace) -> None:
    runs.export(arguments.run, arguments.file, arguments.which)
    print(f"Wrote the {arguments.which} weights to {arguments.file}.")
