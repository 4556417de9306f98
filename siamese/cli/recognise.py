"""python -m siamese recognise|rank: answers for picture files."""

from __future__ import annotations

import argparse
import pathlib

import numpy as np

from siamese.cli.terminal import load_matcher, print_result, read_drawing
from siamese.data import sources, support
from siamese.errors import UserError

DEFAULT_ALPHABET = "Kannada"


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser these commands."""
    one = commands.add_parser("recognise", help="say which character of an alphabet a picture shows")
    one.add_argument("drawing", type=pathlib.Path, help="a picture: JPEG, PNG, HEIC, WEBP, GIF, TIFF or BMP")
    one.add_argument("--alphabet", default=DEFAULT_ALPHABET, help="default: %(default)s")
    one.add_argument("--ways", type=int, help="number of characters (default: 20, or all of a smaller alphabet)")
    one.add_argument("--shots", type=int, default=1, help="examples of each character (default: %(default)s)")
    one.add_argument("--seed", type=int, help="shuffle the characters with this seed (default: the first ones)")
    one.add_argument("--json", action="store_true")
    one.set_defaults(call=recognise)

    ranking = commands.add_parser("rank", help="order picture files by similarity to one of them")
    ranking.add_argument("query", type=pathlib.Path)
    ranking.add_argument("support", type=pathlib.Path, nargs="+")
    ranking.add_argument("--json", action="store_true")
    ranking.set_defaults(call=rank)


def recognise(arguments: argparse.Namespace) -> None:
    drawing = read_drawing(arguments.drawing)
    characters = sources.find_alphabet(arguments.alphabet)
    members = characters.members(arguments.alphabet)
    ways = min(20, len(members)) if arguments.ways is None else arguments.ways
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
    result = {
        "alphabet": arguments.alphabet,
        "ways": ways,
        "shots": arguments.shots,
        "none": match.none,
        "ranking": ranked,
    }
    lines = [f"{r['similarity']:.2f}  {r['symbol']}  {r['caption'] or r['character']}" for r in ranked]
    best = ranked[0]
    answer = (
        "None of these."
        if match.none
        else f"This is {best['symbol'] or best['character']}{', ' + best['caption'] if best['caption'] else ''}."
    )
    print_result(arguments, result, [f"{answer} {ways}-way {arguments.shots}-shot, {arguments.alphabet}:", *lines])


def rank(arguments: argparse.Namespace) -> None:
    query = read_drawing(arguments.query)
    shown = np.stack([read_drawing(file) for file in arguments.support])
    match = load_matcher().match(query, shown[:, None])
    order = np.argsort(-match.logit, kind="stable")
    ranked = [{"file": str(arguments.support[i]), "similarity": round(float(match.similarity[i]), 4)} for i in order]
    result = {"query": str(arguments.query), "none": match.none, "ranking": ranked}
    lines = [f"{r['similarity']:.2f}  {r['file']}" for r in ranked]
    print_result(
        arguments, result, [*lines, "None of these is similar enough to be the same."] if match.none else lines
    )
