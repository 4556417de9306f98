"""python -m siamese recognise|rank: answers for picture files."""

from __future__ import annotations

import argparse
import pathlib
from typing import TYPE_CHECKING, Any

import numpy as np

from siamese.cli.terminal import load_matcher, print_result, read_drawing
from siamese.data import sources, support
from siamese.data.characters import CharacterSet
from siamese.errors import UserError

if TYPE_CHECKING:
    from siamese.network.matcher import Match

DEFAULT_ALPHABET = "Kannada"


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser these commands."""
    one = commands.add_parser("recognise", help="say which character of an alphabet pictures show")
    one.add_argument("drawing", type=pathlib.Path, nargs="+", help="picture files; JSON of several is a list")
    one.add_argument(
        "--alphabet", default=DEFAULT_ALPHABET, help="its name, or the key of an own set (default: %(default)s)"
    )
    one.add_argument("--ways", type=int, help="number of characters (default: 20, or all of a smaller alphabet)")
    one.add_argument("--shots", type=int, default=1, help="examples of each character (default: %(default)s)")
    one.add_argument("--seed", type=int, help="shuffle the characters with this seed (default: the first ones)")
    one.add_argument("--weights", type=pathlib.Path, help="a weights file other than the shipped one")
    one.add_argument("--json", action="store_true")
    one.set_defaults(call=recognise)

    ranking = commands.add_parser("rank", help="order picture files by similarity to one of them")
    ranking.add_argument("query", type=pathlib.Path)
    ranking.add_argument("support", type=pathlib.Path, nargs="+")
    ranking.add_argument("--weights", type=pathlib.Path, help="a weights file other than the shipped one")
    ranking.add_argument("--json", action="store_true")
    ranking.set_defaults(call=rank)


def recognise(arguments: argparse.Namespace) -> None:
    drawings = [read_drawing(file) for file in arguments.drawing]
    characters, shown = choose_support(arguments)
    examples = characters.drawings(shown.rows).reshape(*shown.rows.shape, *drawings[0].shape)
    matcher = load_matcher(arguments.weights)
    results, lines = [], []
    for file, drawing in zip(arguments.drawing, drawings, strict=True):
        result = {"file": str(file)} | answer(arguments, characters, shown, matcher.match(drawing, examples))
        results.append(result)
        lines += [f"{file}:"] if len(drawings) > 1 else []
        lines += words(result)
    print_result(arguments, results if len(results) > 1 else results[0], lines)


def choose_support(arguments: argparse.Namespace) -> tuple[CharacterSet, support.Support]:
    """The examples that were asked for. Raises UserError."""
    characters, alphabet = sources.find_alphabet(arguments.alphabet)
    members = characters.members(alphabet)
    ways = min(20, len(members)) if arguments.ways is None else arguments.ways
    if len(members) < 2:
        raise UserError(f"{alphabet} has one character; there is nothing to choose from.")
    if not 2 <= ways <= len(members):
        raise UserError(
            f"{ways} ways: {arguments.alphabet} has {len(members)} characters, choose from 2 to {len(members)}."
        )
    if arguments.seed is not None and arguments.seed < 0:
        raise UserError(f"--seed {arguments.seed}: use 0 or more.")
    chosen = support.choose_characters(
        members, ways, "first" if arguments.seed is None else "shuffled", arguments.seed or 0, ()
    )
    try:
        return characters, support.build(characters, chosen, 1, arguments.shots)
    except ValueError as error:
        raise UserError(str(error)) from error


def answer(
    arguments: argparse.Namespace, characters: CharacterSet, shown: support.Support, match: Match
) -> dict[str, Any]:
    """The answer for one drawing, the most similar character first."""
    ranked = [
        {
            "character": characters.characters[shown.characters[way]].name,
            "symbol": characters.characters[shown.characters[way]].symbol,
            "caption": characters.characters[shown.characters[way]].caption,
            "similarity": round(float(match.similarity[way]), 4),
            "share": round(float(match.share[way]), 4),
        }
        for way in np.argsort(-match.logit, kind="stable")
    ]
    return {
        "alphabet": arguments.alphabet,
        "ways": len(shown.characters),
        "shots": arguments.shots,
        "none": match.none,
        "ranking": ranked,
    }


def words(result: dict[str, Any]) -> list[str]:
    """An answer as lines of text."""
    best = result["ranking"][0]
    name = f"{best['symbol'] or best['character']}{', ' + best['caption'] if best['caption'] else ''}"
    sentence = "None of these." if result["none"] else f"This is {name}."
    return [
        f"{sentence} {result['ways']}-way {result['shots']}-shot, {result['alphabet']}:",
        *(f"{r['similarity']:.2f}  {r['symbol']}  {r['caption'] or r['character']}" for r in result["ranking"]),
    ]


def rank(arguments: argparse.Namespace) -> None:
    query = read_drawing(arguments.query)
    shown = np.stack([read_drawing(file) for file in arguments.support])
    match = load_matcher(arguments.weights).match(query, shown[:, None])
    order = np.argsort(-match.logit, kind="stable")
    ranked = [{"file": str(arguments.support[i]), "similarity": round(float(match.similarity[i]), 4)} for i in order]
    result = {"query": str(arguments.query), "none": match.none, "ranking": ranked}
    lines = [f"{r['similarity']:.2f}  {r['file']}" for r in ranked]
    print_result(
        arguments, result, [*lines, "None of these is similar enough to be the same."] if match.none else lines
    )
