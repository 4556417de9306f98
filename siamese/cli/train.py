"""python -m siamese train|runs: train a network here in the foreground; see, stop and export runs."""

from __future__ import annotations

import argparse
import functools
import pathlib

from siamese.cli.terminal import print_result
from siamese.data import sources
from siamese.errors import UserError
from siamese.presets import PRESETS
from siamese.runs import checkpoints, control, pace, queue, record
from siamese.runs.record import Run

NEWEST = "newest"


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser these commands."""
    training = commands.add_parser("train", help="train a network; Ctrl+C stops it with a checkpoint")
    training.add_argument("--preset", choices=sorted(PRESETS), default="best", help="default: %(default)s")
    training.add_argument("--data", choices=sorted(sources.SOURCES), default="omniglot", help="default: %(default)s")
    training.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    training.add_argument("--steps", type=int, help="default: the preset's")
    training.add_argument("--name", default="", help="default: the preset and the seed")
    training.add_argument(
        "--resume",
        nargs="?",
        const=NEWEST,
        metavar="RUN",
        help="go on with this run, or with the preset's newest that has not finished",
    )
    training.set_defaults(call=train)

    seeing = commands.add_parser("runs", help="training runs: list, stop, export").add_subparsers(
        required=True, metavar="command"
    )
    listing = seeing.add_parser("list", help="all runs, newest first")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(call=show)
    stopping = seeing.add_parser("stop", help="end a run with a checkpoint")
    stopping.add_argument("run")
    stopping.set_defaults(call=stop)
    exporting = seeing.add_parser("export", help="copy a run's weights")
    exporting.add_argument("run")
    exporting.add_argument("file", type=pathlib.Path, help="a .safetensors; its record .json comes beside it")
    exporting.add_argument(
        "--which", choices=checkpoints.WHICH, default=checkpoints.NEWEST, help="default: %(default)s"
    )
    exporting.set_defaults(call=export)


def train(arguments: argparse.Namespace) -> None:
    from siamese.runs import trains, worker

    run = _resumed(arguments) if arguments.resume else _new(arguments)
    print(f"Run {run.id}: {run.name}, {run.config.schedule.steps} steps.", flush=True)
    worker.step_aside()
    state = worker.work(run, trains.build, functools.partial(print, flush=True), anew=True)
    if state == "failed":
        raise UserError(record.said(run).sentence)
    if state == "stopped":
        print(f"`python -m siamese train --resume {run.id}` goes on.")


def _new(arguments: argparse.Namespace) -> Run:
    if record.trainer_locked():
        raise control.busy()
    sources.get(arguments.data).training_sets()  # before there is a run, since it may be absent
    try:
        config = PRESETS[arguments.preset].changed(seed=arguments.seed)
        if arguments.steps is not None:
            config = config.changed(schedule={"steps": arguments.steps})
    except ValueError as error:
        raise UserError(str(error)) from error
    return control.create(config, arguments.preset, arguments.data, arguments.name)


def _resumed(arguments: argparse.Namespace) -> Run:
    if arguments.resume != NEWEST:
        found = [control.status(arguments.resume)]
    else:
        found = [s for s in control.statuses() if s.run.preset == arguments.preset and s.startable]
    if not found:
        raise UserError(
            f"There is no run of preset {arguments.preset} to go on with: leave --resume away to begin one."
        )
    if not found[0].startable:
        raise UserError(f"{found[0].run.name} cannot go on: it is {found[0].state}.")
    return found[0].run


def show(arguments: argparse.Namespace) -> None:
    found = control.statuses()
    result = {
        s.run.id: {
            "name": s.run.name,
            "state": s.state,
            "step": s.step,
            "steps": s.steps,
            "validation": s.validation and s.validation["validation"],
        }
        for s in found
    }
    print_result(arguments, result, [_line(s) for s in found] or ["No run yet: `python -m siamese train` begins one."])


def _line(status: control.Status) -> str:
    judged = f", validation {status.validation['validation']:.1%}" if status.validation else ""
    left = f", {pace.in_words(status.seconds_left)} left" if status.alive and status.seconds_left is not None else ""
    why = f": {status.sentence}" if status.sentence else ""
    return (
        f"{status.run.id}  {status.run.name}: {status.state}, step {status.step} of {status.steps}{judged}{left}{why}"
    )


def stop(arguments: argparse.Namespace) -> None:
    waits = arguments.run in queue.waiting()
    control.stop(arguments.run)
    print("It has left the queue." if waits else "It stops after its step, with a checkpoint.")


def export(arguments: argparse.Namespace) -> None:
    control.export(arguments.run, arguments.file, arguments.which)
    print(f"{arguments.file} holds the {arguments.which} weights.")
