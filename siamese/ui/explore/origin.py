"""Where the drawings of a data source come from, in words: sets of alphabets, people, licence, citation."""

from __future__ import annotations

import dataclasses

from siamese.data import splits
from siamese.data.characters import CharacterSet


@dataclasses.dataclass(frozen=True)
class Part:
    """Alphabets of a data source that belong together: their heading, one sentence on them all and one on each."""

    title: str = ""
    on_all: str = ""
    on_each: str = ""
    alphabets: tuple[str, ...] = ()


GROUPS = {
    "omniglot": ("background", "validation", "lake"),
    "builtin": ("builtin", "builtin_training"),
}
"""By data source, the groups of `data.splits` that make up its alphabets."""
PARTS = {
    "background": Part(
        "Background set",
        "Networks are trained on these alphabets, and on no others of Omniglot.",
        "It is in Omniglot's background set, on which networks are trained.",
    ),
    "validation": Part(
        "Validation alphabets",
        "Half of Omniglot's evaluation set. Networks are never trained on them, but every choice was made by the "
        "accuracy on them.",
        "It is one of the ten validation alphabets: networks are never trained on them, but every choice was made by "
        "the accuracy on them.",
    ),
    "lake": Part(
        "Lake's ten alphabets",
        "The other half of the evaluation set. They serve the final figure only: nothing is trained or chosen on them.",
        "It is one of Lake's ten alphabets, which serve the final figure only: nothing is trained or chosen on them.",
    ),
    "builtin": Part(
        "Scripts outside Omniglot's background set",
        "A network that was trained on the background set has never seen these scripts.",
        "Its script is not in Omniglot's background set: a network that was trained on that set has never seen it.",
    ),
    "builtin_training": Part(
        "Scripts of Omniglot's background set",
        "A network that was trained on the background set knows these scripts, in the handwriting of other people.",
        "Its script is in Omniglot's background set, in the handwriting of other people.",
    ),
}
"""By group, without its alphabets."""

SYNTHETIC = "Person 1 is print. People 2 to 20 are synthetic: a program copied the print, each in a style of its own."
PEOPLE = "Twenty people, found online, drew each alphabet."
CLASS = "People on this server drew or imported these alphabets."

LICENCES = {
    "builtin": "Drawn from the glyphs of Noto fonts (Copyright Google LLC and others, Noto Sans CJK Copyright Adobe), "
    "under the SIL Open Font License, version 1.1. The drawings of people 2 to 20 are this program's, under the MIT "
    "licence.",
    "omniglot": "Omniglot, by Brenden Lake, under the MIT licence.",
}
CITATIONS = {
    "omniglot": "Lake, B. M., Salakhutdinov, R., & Tenenbaum, J. B. (2015). Human-level concept learning through "
    "probabilistic program induction. Science, 350(6266), 1332\N{EN DASH}1338.",
}
OWN_LICENCE = "These alphabets belong to the people who drew them. Ask them before you publish the drawings."


def parts(source: str, characters: CharacterSet) -> list[Part]:
    """The alphabets of a data source by the sets that they belong to; own alphabets are one part without words."""
    names = tuple(alphabet.name for alphabet in characters.alphabets)
    if source not in GROUPS:
        return [Part(alphabets=names)]
    made = []
    for key in GROUPS[source]:
        wanted = splits.get(key).members(characters)
        if members := tuple(name for name in names if name in wanted):
            made.append(dataclasses.replace(PARTS[key], alphabets=members))
    return made


def part_of(source: str, characters: CharacterSet, alphabet: str) -> Part:
    """The part with this alphabet."""
    return next(part for part in parts(source, characters) if alphabet in part.alphabets)


def drawers(source: str) -> str:
    """Who made the drawings, in a sentence or two."""
    return {"builtin": SYNTHETIC, "omniglot": PEOPLE}.get(source, CLASS)


def licence(source: str) -> tuple[str, str]:
    """Licence and citation of a data source, which may be ""."""
    return LICENCES.get(source, OWN_LICENCE), CITATIONS.get(source, "")
