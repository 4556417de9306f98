"""The command line: python -m siamese data|recognise|rank|train|evaluate ...

With --json exactly one JSON object goes to stdout and everything else to stderr. Bad input ends with one sentence and exit
code 2.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import tqdm

from siamese import paths
from siamese.config import PRESETS
from siamese.data import builtin, omniglot, support
from siamese.data.characters import CharacterSet
from siamese.data.ink import InkError
from siamese.errors import UserError

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher

DEFAULT_ALPHABET = "Kannada"
SCORERS = ("network", "nearest", "hausdorff", "chance")
QUIET = "3"


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}; see `{self.prog} --help`.", file=sys.stderr)
        raise SystemExit(2)


def load_matcher() -> Matcher:
    """The shipped network; TensorFlow is imported here and not before, since that takes seconds."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", QUIET)
    if sys.stderr.isatty():
        print("The network is waking up ...", file=sys.stderr)
    from siamese.network.matcher import Matcher

    return Matcher.load()


def read_drawing(file: pathlib.Path) -> np.ndarray:
    """One drawing of a picture file. Raises UserError."""
    from siamese.data.photograph import draw_image  # its libraries take a second to import

    try:
        return draw_image(file.read_bytes())
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}.") from error
    except InkError as error:
        raise UserError(f"{file}: {error}") from error


@contextlib.contextmanager
def progress_bar(what: str, unit: str) -> Iterator[Any]:
    """A callback (done, total) that shows progress and time left on stderr."""
    with tqdm.tqdm(desc=what, unit=unit, unit_scale=True, delay=1, file=sys.stderr) as bar:

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield report


def tell(arguments: argparse.Namespace, result: dict[str, Any], lines: Sequence[str]) -> None:
    """Print the result, for machines or for people."""
    print(json.dumps(result, ensure_ascii=False) if arguments.json else "\n".join(lines))


def data_status(arguments: argparse.Namespace) -> None:
    sets = [builtin.load()] + ([omniglot.load()] if omniglot.available() else [])
    result = {s.name: {"alphabets": len(s.alphabets), "characters": len(s.characters), "drawings": len(s)} for s in sets}
    lines = [f"{name}: {n['alphabets']} alphabets, {n['characters']:,} characters, {n['drawings']:,} drawings" for name, n in result.items()]
    if len(sets) == 1:
        lines.append(omniglot.MISSING)
    tell(arguments, result, [*lines, f"Folder: {paths.data()}"])


def data_download(arguments: argparse.Namespace) -> None:
    with progress_bar("Omniglot", "B") as report:
        omniglot.download(report)
    print(f"Omniglot is ready in {paths.data()}.")


def data_import(arguments: argparse.Namespace) -> None:
    with progress_bar("Omniglot", " drawings") as report:
        omniglot.import_folder(arguments.path, report)
    print(f"Omniglot is ready in {paths.data()}.")


def find_alphabet(name: str) -> CharacterSet:
    """The character set that has the alphabet: the built-in one, else Omniglot. Raises UserError."""
    sets = [builtin.load()]
    if name in {a.name for a in sets[0].alphabets}:
        return sets[0]
    if omniglot.available():
        sets.append(omniglot.load())
        if name in {a.name for a in sets[1].alphabets}:
            return sets[1]
    names = ", ".join(sorted({a.name for s in sets for a in s.alphabets}))
    raise UserError(f"There is no alphabet {name!r}; there are {names}.")


def recognise(arguments: argparse.Namespace) -> None:
    drawing = read_drawing(arguments.drawing)
    characters = find_alphabet(arguments.alphabet)
    members = characters.members(arguments.alphabet)
    ways = min(20, len(members)) if arguments.ways is None else arguments.ways
    if not 2 <= ways <= len(members):
        raise UserError(f"{ways} ways: {arguments.alphabet} has {len(members)} characters, choose from 2 to {len(members)}.")
    chosen = support.choose_characters(members, ways, "first" if arguments.seed is None else "shuffled", arguments.seed or 0, ())
    try:
        shown = support.build(characters, chosen, 1, arguments.shots)
    except ValueError as error:
        raise UserError(str(error)) from error
    match = load_matcher().match(drawing, characters.drawings(shown.rows).reshape(*shown.rows.shape, *drawing.shape))
    ranked = [
        {
            "character": characters.characters[chosen[way]].name,
            "symbol": characters.characters[chosen[way]].symbol,
            "caption": characters.characters[chosen[way]].caption,
            "similarity": round(float(match.similarity[way]), 4),
            "share": round(float(match.share[way]), 4),
        }
        for way in np.argsort(-match.logit, kind="stable")
    ]
    result = {"alphabet": arguments.alphabet, "ways": ways, "shots": arguments.shots, "none": match.none, "ranking": ranked}
    lines = [f"{r['similarity']:.2f}  {r['symbol']}  {r['caption'] or r['character']}" for r in ranked]
    best = ranked[0]
    answer = "None of these." if match.none else f"This is {best['symbol'] or best['character']}{', ' + best['caption'] if best['caption'] else ''}."
    tell(arguments, result, [f"{answer} {ways}-way {arguments.shots}-shot, {arguments.alphabet}:", *lines])


def rank(arguments: argparse.Namespace) -> None:
    query = read_drawing(arguments.query)
    shown = np.stack([read_drawing(file) for file in arguments.support])
    match = load_matcher().match(query, shown[:, None])
    order = np.argsort(-match.logit, kind="stable")
    ranked = [{"file": str(arguments.support[i]), "similarity": round(float(match.similarity[i]), 4)} for i in order]
    result = {"query": str(arguments.query), "none": match.none, "ranking": ranked}
    lines = [f"{r['similarity']:.2f}  {r['file']}" for r in ranked]
    tell(arguments, result, [*lines, "None of these is similar enough to be the same."] if match.none else lines)


def train(arguments: argparse.Namespace) -> None:
    folder = paths.runs() / arguments.preset
    if folder.exists() and not arguments.resume:
        raise UserError(f"{folder} holds a run already: go on with --resume, or move it away first.")
    everything = omniglot.load()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", QUIET)
    from siamese.network.trainer import Trainer

    try:
        trainer = Trainer(PRESETS[arguments.preset], folder, omniglot.background(everything), omniglot.validation(everything))
        started, first = time.monotonic(), trainer.step
        for record in trainer.run():
            if "validation" in record:
                print(f"step {record['step']}: validation {record['validation']:.1%} ({record['low']:.1%} to {record['high']:.1%})", flush=True)
            elif record["step"] % 10 == 0:
                left = (time.monotonic() - started) / (record["step"] - first) * (trainer.config.steps - record["step"])
                print(f"step {record['step']} of {trainer.config.steps}: loss {record['loss']:.3f}, {left / 60:.0f} min left", flush=True)
    except KeyboardInterrupt:
        print(f"\nStopped; `python -m siamese train --preset {arguments.preset} --resume` goes on from the last checkpoint.", file=sys.stderr)


def evaluate_lake(arguments: argparse.Namespace) -> None:
    from siamese.evaluation import baselines, trials

    runs = omniglot.load_runs()
    made = {"nearest": baselines.PixelNearest, "hausdorff": baselines.ModifiedHausdorff, "chance": baselines.Chance, "network": load_matcher}
    scorer = made[arguments.scorer]()
    answers = trials.answer_lake(scorer, runs, np.random.default_rng(arguments.seed))
    right = np.stack(list(tqdm.tqdm(answers, total=len(runs.query), desc="Lake runs", file=sys.stderr))) == runs.answer
    found = trials.Accuracy(int(right.sum()), right.size)
    low, high = found.interval()
    result = {"scorer": arguments.scorer, "accuracy": found.accuracy, "trials": found.trials, "low": round(low, 4), "high": round(high, 4)}
    tell(arguments, result, [f"{arguments.scorer}, Lake runs, 20-way 1-shot, {found.trials} trials: {found.accuracy:.2%} ({low:.1%} to {high:.1%})"])


def parser() -> Parser:
    """Every command and its options."""
    top = Parser(prog="python -m siamese", description="One-shot learning with Koch's siamese network.")
    commands = top.add_subparsers(required=True, metavar="command")

    data = commands.add_parser("data", help="the data sets: what is here, download, import").add_subparsers(required=True, metavar="command")
    status = data.add_parser("status", help="what is here")
    status.add_argument("--json", action="store_true")
    status.set_defaults(call=data_status)
    data.add_parser("download", help="fetch Omniglot (16 MB) and pack it").set_defaults(call=data_download)
    imported = data.add_parser("import", help="pack Omniglot from a folder of its archives or PNGs")
    imported.add_argument("path", type=pathlib.Path)
    imported.set_defaults(call=data_import)

    one = commands.add_parser("recognise", help="which character of an alphabet a picture shows")
    one.add_argument("drawing", type=pathlib.Path, help="a PNG, JPEG or WEBP")
    one.add_argument("--alphabet", default=DEFAULT_ALPHABET, help="default: %(default)s")
    one.add_argument("--ways", type=int, help="how many characters to choose from (default: 20, or all there are)")
    one.add_argument("--shots", type=int, default=1, help="drawings of each character (default: %(default)s)")
    one.add_argument("--seed", type=int, help="shuffle the characters with this seed; without it the alphabet's first")
    one.add_argument("--json", action="store_true")
    one.set_defaults(call=recognise)

    ranking = commands.add_parser("rank", help="order picture files by similarity to one of them")
    ranking.add_argument("query", type=pathlib.Path)
    ranking.add_argument("support", type=pathlib.Path, nargs="+")
    ranking.add_argument("--json", action="store_true")
    ranking.set_defaults(call=rank)

    training = commands.add_parser("train", help="train a network on Omniglot's background set")
    training.add_argument("--preset", choices=sorted(PRESETS), default="best", help="default: %(default)s")
    training.add_argument("--resume", action="store_true", help="go on with the preset's run from its last checkpoint")
    training.set_defaults(call=train)

    evaluation = commands.add_parser("evaluate", help="measure a scorer").add_subparsers(required=True, metavar="protocol")
    lake = evaluation.add_parser("lake", help="Lake's 400 trials: 20-way 1-shot within an alphabet")
    lake.add_argument("--scorer", choices=SCORERS, default="network", help="default: %(default)s")
    lake.add_argument("--seed", type=int, default=0, help="for breaking ties (default: %(default)s)")
    lake.add_argument("--json", action="store_true")
    lake.set_defaults(call=evaluate_lake)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0, or 2 after bad input."""
    arguments = parser().parse_args(argv)
    try:
        arguments.call(arguments)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return 0
