"""Compare people's drawings with print: Omniglot's drawings among the printed characters of the same alphabet.

    python tools/people_against_print.py    # prints a table; about ten minutes on two cores

n-way 1-shot. The queries are all drawings in Omniglot of the characters that both alphabets have. The support set is
print (drawer 1) of every character of the built-in alphabet.
"""

from __future__ import annotations

import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))  # runs as a file, without being installed

from siamese.data import builtin, omniglot
from siamese.data.builtin import PRINT
from siamese.data.characters import CharacterSet
from siamese.evaluation.trials import Accuracy, Scorer, choose
from tools.glyphs.sources import code_points

SAME: dict[str, tuple[str, str]] = {
    "Greek": ("Greek small", "03B1-03C1 03C3-03C9"),
    "Hebrew": ("Hebrew", "05D0-05D9 05DB-05DC 05DE 05E0-05E2 05E4 05E6-05EA"),
    "Latin": ("Latin small", "0061-007A"),
    "Cyrillic": ("Cyrillic small", "0430-0435 0451 0436-044F"),
    "Armenian": ("Armenian", "0561-0586 0 0 0"),
    "Japanese_(katakana)": (
        "Katakana",
        "30A2 30A4 30A6 30A8 30AA-30AB 30AD 30AF 30B3 30B5 30B7 30B9 30BB 30BD 30BF 30C1 30C4 30C6 30C8 30CA-30CF "
        "30D2 30D5 30D8 30DB 30DE-30E2 30E4 30E6 30E8-30ED 30EF-30F3",
    ),
    "Japanese_(hiragana)": (
        "Hiragana",
        "3042 3044 3046 3048 304A-304B 304D 304F 3051 3053 3055 3057 3059 305B 305D 305F 3061 3064 3066 3068 306A-306F "
        "3072 3075 3078 307B 307E-3082 3084 3086 3088-308D 308F-3093 0 0 0 0",
    ),
    "Bengali": ("Bengali", "0985-098B 098F-0990 0993-09A8 09AA-09B0 09B2 09B6-09B9 09DF 09DC-09DD"),
    "Gujarati": ("Gujarati", "0A85-0A8D 0A8F-0A91 0A93-0AA8 0AAA-0AB0 0AB2-0AB3 0AB5-0AB9"),
    "Kannada": ("Kannada", "0C85-0C8B 0C8E 0C90 0C92 0C94-0CA1 0CA3-0CA4 0CA6 0CA8 0CAA 0CAC-0CB0 0CB2 0CB5-0CB9 0CB3"),
    "Gurmukhi": (
        "Gurmukhi",
        "0A73 0A05 0A72 0A38-0A39 0A15-0A28 0A2A-0A30 0A32 0A35 0A5C 0A05-0A0A 0A0F-0A10 0A13-0A14",
    ),
    "Malayalam": (
        "Malayalam",
        "0D07 0D09 0D08 0D0A 0D0E 0D12 0D0F 0D13 0D05-0D06 0D2A 0D2C 0D24 0D26 0D1F 0D21 0D1A 0D1C 0D15 0D17 0D2B "
        "0D2D 0D25 0D27 0D20 0D22 0D1B 0D1D 0D16 0D18 0D2E 0D28 0D23 0D1E 0D19 0D35 0D34 0D2F 0D31 0D2B 0D38 0D37 0D36 "
        "0D39 0D30 0D32-0D33",
    ),
    "Tibetan": ("Tibetan", "0F40-0F47 0F49-0F69 0"),
    "Oriya": ("Oriya", "0B05-0B0C 0B0F-0B10 0B13-0B28 0B2A-0B30 0B32-0B33 0B35-0B39"),
    "Sylheti": ("Syloti Nagri", "A807-A80A 0 A80C-A822"),
}
"""Omniglot's alphabet -> the built-in one, and the code points of Omniglot's characters in the order of their numbers.

The drawings were compared with the print by eye. A 0, or a code point that the built-in alphabet lacks, has no
counterpart.
"""


def answer(
    scorer: Scorer, people: CharacterSet, print_: CharacterSet, alphabet: str, rng: np.random.Generator
) -> Accuracy:
    """The accuracy for the drawings of an Omniglot alphabet among all printed characters of the built-in one."""
    name, points = SAME[alphabet]
    members = print_.members(name)
    way_of = {ord(print_.characters[member].symbol): way for way, member in enumerate(members)}
    rows, answers = [], []
    for character, point in zip(people.members(alphabet), code_points(points), strict=True):
        if point in way_of:
            rows.extend(people.rows(character))
            answers.extend([way_of[point]] * len(people.rows(character)))
    support = scorer.prepare(print_.drawings([print_.row(member, PRINT) for member in members]))
    chosen = choose(scorer.compare(scorer.prepare(people.drawings(rows)), support), rng)
    return Accuracy(int((chosen == answers).sum()), len(answers))


def main() -> None:
    """Print the table for the shipped network."""
    from siamese.network.matcher import Matcher

    matcher, people, print_ = Matcher.load(), omniglot.load(), builtin.load()
    rng = np.random.default_rng(0)
    print("| alphabet of Omniglot | in training | n-way 1-shot | trials | accuracy | 95 % interval | chance |")
    print("|---|---|---|---|---|---|---|")
    for alphabet, (name, _) in SAME.items():
        accuracy, ways = answer(matcher, people, print_, alphabet, rng), len(print_.members(name))
        low, high = accuracy.interval()
        seen = "yes" if matcher.trained_on(people.alphabet(alphabet)) else "never"
        print(
            f"| {alphabet} | {seen} | {ways} | {accuracy.trials} | {accuracy.accuracy:.1%} | {low:.1%} to {high:.1%} "
            f"| {1 / ways:.1%} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
