"""python -m siamese evaluate curve: accuracy against N for several scorers, as CSV, JSON and pictures."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any

from siamese.cli.protocols import add_common, add_trials, answer_all, make_scorer
from siamese.cli.terminal import print_result
from siamese.errors import UserError
from siamese.evaluation import curve, scorers, tables
from siamese.evaluation.features import Features
from siamese.evaluation.limits import MAX_SHOTS, MAX_WAYS
from siamese.evaluation.protocol import Protocol


def add(protocols: argparse._SubParsersAction) -> None:
    """Give the parser this protocol."""
    parser = protocols.add_parser("curve", help="accuracy against N, several scorers on the same trials")
    parser.add_argument(
        "--scorer", choices=scorers.SCORERS, nargs="+", default=list(scorers.SCORERS), help="default: all of them"
    )
    parser.add_argument("--ways", type=int, default=20, help=f"the largest N, 2 to {MAX_WAYS} (default: %(default)s)")
    parser.add_argument(
        "--shots", type=int, default=1, help=f"drawings of each character, 1 to {MAX_SHOTS} (default: %(default)s)"
    )
    parser.add_argument("--across", action="store_true", help="characters of all alphabets together")
    parser.add_argument(
        "--to",
        type=pathlib.Path,
        default=pathlib.Path("curve"),
        help="writes this name with .csv, .json, .png and .svg added (default: %(default)s)",
    )
    add_common(parser)
    add_trials(parser, "validation", 1_000)
    parser.set_defaults(call=evaluate_curve)


def evaluate_curve(arguments: argparse.Namespace) -> None:
    protocol = Protocol(
        arguments.alphabets,
        across=arguments.across,
        ways=arguments.ways,
        shots=arguments.shots,
        trials=arguments.trials,
        seed=arguments.seed,
    )
    keys = list(dict.fromkeys(arguments.scorer))
    if arguments.weights is not None and scorers.NETWORK not in keys:
        raise UserError("--weights is for the network, which is not among the scorers.")
    files = output_files(arguments.to)
    characters, trials = protocol.questions()
    features = {
        key: Features(make_scorer(key, arguments.weights if key == scorers.NETWORK else None), characters)
        for key in keys
    }
    answers = answer_all({key: curve.Answers.begin(trials, protocol.seed) for key in keys}, features)
    rows = curve.table(answers, range(2, protocol.ways + 1))
    if not rows:
        raise UserError("Stopped before the first trial was answered: nothing was written.")
    title = f"{protocol.words}, {max(row['trials'] for row in rows):,} trials"
    result = {
        "protocol": protocol.words,
        "alphabets": protocol.group,
        "across": protocol.across,
        "shots": protocol.shots,
        "seed": protocol.seed,
        "curve": rows,
    }
    write(files, result, title)
    result["files"] = list(map(str, files.values()))
    lines = [
        f"{row['scorer']}: {row['trials']:,} trials, {row['accuracy']:.2%} "
        f"(95 %: {row['low']:.1%} to {row['high']:.1%})"
        for row in rows
        if row["ways"] == protocol.ways
    ]
    print_result(arguments, result, [f"{title}:", *lines, f"Written: {', '.join(result['files'])}"])


def output_files(target: pathlib.Path) -> dict[str, pathlib.Path]:
    """The files to write, by format. Raises UserError where none can be written, before anything is measured."""
    if not target.name:
        raise UserError(f"--to {target}: give a name for the files, such as {target / 'curve'}.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{target}: the curve cannot be written: {error.strerror or error}.") from error
    if not os.access(target.parent, os.W_OK):
        raise UserError(f"{target}: the curve cannot be written: {target.parent.resolve()} is not writable.")
    return {ending: target.with_name(f"{target.name}.{ending}") for ending in ("csv", "json", "png", "svg")}


def write(files: Mapping[str, pathlib.Path], result: Mapping[str, Any], title: str) -> None:
    """Write the curve in all formats. Raises UserError."""
    from siamese.figures import curve_file  # Matplotlib takes a second to import

    try:
        files["csv"].write_text(tables.as_csv(result["curve"]), encoding="utf-8", newline="")
        files["json"].write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        curve_file.save(result["curve"], title, [files["png"], files["svg"]])
    except OSError as error:
        raise UserError(f"{error.filename or files['csv']}: the curve cannot be written: {error.strerror}.") from error
