"""python -m siamese evaluate curve: accuracy against N for several scorers on the same trials, as CSV, JSON and a picture."""

from __future__ import annotations

import argparse
import csv
import json
import os
import pathlib
from typing import Any

from siamese.cli import measuring
from siamese.cli.terminal import tell
from siamese.errors import UserError

LOOKS = {
    "network": {"linewidth": 2.2},
    "nearest": {},
    "normalised": {"linestyle": ":"},
    "blurred": {},
    "hausdorff": {},
    "chance": {"linestyle": "--"},
}
"""How a scorer is drawn, in the colour that `style.Palette` has for it."""
MOST_WAYS = 60


def add(protocols: argparse._SubParsersAction) -> None:
    """Give the parser this protocol."""
    curve = protocols.add_parser("curve", help="accuracy against N, several scorers on the same trials")
    scorers = ["network", "nearest", "normalised", "hausdorff", "chance"]
    curve.add_argument(
        "--scorer",
        choices=measuring.SCORERS,
        nargs="+",
        default=scorers,
        help=f"one or more (default: {' '.join(scorers)})",
    )
    curve.add_argument("--weights", type=pathlib.Path, help="a weights file other than the shipped one")
    curve.add_argument("--ways", type=int, default=20, help="the largest N (default: %(default)s)")
    curve.add_argument("--shots", type=int, default=1, help="drawings of each character, 1 to 5 (default: %(default)s)")
    curve.add_argument("--across", action="store_true", help="characters of all alphabets together")
    curve.add_argument(
        "--seed", type=int, default=0, help="for drawing trials and breaking ties (default: %(default)s)"
    )
    curve.add_argument(
        "--to",
        type=pathlib.Path,
        default=pathlib.Path("curve"),
        help="writes this name with .csv, .json, .png and .svg added (default: %(default)s)",
    )
    curve.add_argument("--json", action="store_true")
    measuring.sampled(curve, "validation", 1_000)
    curve.set_defaults(call=evaluate_curve)


def evaluate_curve(arguments: argparse.Namespace) -> None:
    from siamese.evaluation import curve
    from siamese.evaluation.features import Features

    measuring.check_trials(arguments)
    if not 2 <= arguments.ways <= MOST_WAYS or not 1 <= arguments.shots <= 5:
        raise UserError(
            f"--ways {arguments.ways} --shots {arguments.shots}: ways go from 2 to {MOST_WAYS}, shots from 1 to 5."
        )
    files = files_of(arguments.to)
    names = list(dict.fromkeys(arguments.scorer))
    if arguments.weights is not None and "network" not in names:
        raise UserError("--weights is for the network, which is not among the scorers.")
    characters = measuring.load_alphabets(arguments.alphabets)
    trials = measuring.draw_trials(arguments, characters, arguments.ways, arguments.shots, arguments.across)
    features = {
        name: Features(measuring.make_scorer(name, arguments.weights if name == "network" else None), characters)
        for name in names
    }
    answered = measuring.answer_all({name: curve.Answered.begin(trials, arguments.seed) for name in names}, features)
    rows = curve.table(answered, range(2, arguments.ways + 1))
    if not rows:
        raise UserError("Stopped before the first trial was answered: nothing was written.")
    where = "across" if arguments.across else "within"
    result = {
        "alphabets": characters.name,
        "trials_drawn": where,
        "shots": arguments.shots,
        "seed": arguments.seed,
        "curve": rows,
    }
    title = (
        f"{characters.name}, {where} alphabets, {arguments.shots}-shot, {max(row['trials'] for row in rows):,} trials"
    )
    write(files, result, title)
    result["files"] = list(map(str, files))
    last = [row for row in rows if row["ways"] == arguments.ways]
    lines = [
        f"{row['scorer']}: {row['ways']}-way, {row['trials']:,} trials, {row['accuracy']:.2%} (95 %: {row['low']:.1%} to {row['high']:.1%})"
        for row in last
    ]
    tell(arguments, result, [f"{title}:", *lines, f"Written: {', '.join(result['files'])}"])


def files_of(target: pathlib.Path) -> list[pathlib.Path]:
    """The files beside `target`, one of each form; asked before anything is measured. Raises UserError where none can be written."""
    if not target.name:
        raise UserError(f"--to {target}: give a name for the files, such as {target / 'curve'}.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{target}: the curve cannot be written: {error.strerror or error}.") from error
    if not os.access(target.parent, os.W_OK):
        raise UserError(f"{target}: the curve cannot be written: nothing can be written to {target.parent.resolve()}.")
    return [target.with_name(target.name + ending) for ending in (".csv", ".json", ".png", ".svg")]


def write(files: list[pathlib.Path], result: dict[str, Any], title: str) -> None:
    """Write the curve in all forms. Raises UserError."""
    try:
        with files[0].open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, list(result["curve"][0]))
            table.writeheader()
            table.writerows(result["curve"])
        files[1].write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        draw(result["curve"], title, files[2:])
    except OSError as error:
        raise UserError(
            f"{files[0].with_suffix('')}: the curve cannot be written: {error.strerror or error}."
        ) from error


def draw(rows: list[dict[str, Any]], title: str, files: list[pathlib.Path]) -> None:
    """The picture, by Matplotlib, which needs neither a browser nor a display."""
    from matplotlib.figure import Figure

    from siamese.figures.style import LIGHT

    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for name in dict.fromkeys(row["scorer"] for row in rows):
        mine = [row for row in rows if row["scorer"] == name]
        ways, low, mean, high = (
            [scale * row[key] for row in mine]
            for key, scale in (("ways", 1), ("low", 100), ("accuracy", 100), ("high", 100))
        )
        color = getattr(LIGHT, name)
        axes.fill_between(ways, low, high, color=color, alpha=0.15, linewidth=0)
        axes.plot(ways, mean, label=name, color=color, **LOOKS[name])
    axes.set(
        title=title,
        xlabel="N, characters to choose from",
        ylabel="right answers, % (band: 95 % interval)",
        ylim=(0, 101),
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", linewidth=0.4, alpha=0.5)
    axes.xaxis.get_major_locator().set_params(integer=True)
    figure.legend(loc="outside right upper", frameon=False)
    for file in files:
        figure.savefig(file, dpi=150)
