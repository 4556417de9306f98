"""The groups of alphabets: the one table of what is trained on, chosen on and judged on.

Lake et al. (2015) split Omniglot into a background set of 30 alphabets and an evaluation set of 20. Koch et al. (section 4)
split it 30/10/10: the evaluation set is halved into Lake's ten, for the final figure only, and ten for validation.
"""

from __future__ import annotations

import dataclasses

from siamese.data.characters import CharacterSet
from siamese.errors import UserError

LAKE_TEN = (
    "Atlantean",
    "Ge_ez",
    "Glagolitic",
    "Gurmukhi",
    "Kannada",
    "Malayalam",
    "Manipuri",
    "Old_Church_Slavonic_(Cyrillic)",
    "Tengwar",
    "Tibetan",
)
"""Alphabets of Lake's 20 runs. They serve the final figure only: nothing is ever chosen on them."""

VALIDATION_TEN = (
    "Angelic",
    "Atemayar_Qelisayer",
    "Aurek-Besh",
    "Avesta",
    "Keble",
    "Mongolian",
    "Oriya",
    "Sylheti",
    "Syriac_(Serto)",
    "ULOG",
)
"""The other ten alphabets of the evaluation set. Every choice is made on these."""

EVALUATION = (*LAKE_TEN, *VALIDATION_TEN)
"""Alphabets of images_evaluation."""


@dataclasses.dataclass(frozen=True)
class Group:
    """A group of alphabets of one data source.

    key: its name in URLs, records and on the command line; label: its name on pages; source: a key of `sources.SOURCES`.
    alphabets: names of its members, or None for all alphabets of the source that are not in `excluded`.
    """

    key: str
    label: str
    source: str
    alphabets: tuple[str, ...] | None = None
    excluded: tuple[str, ...] = ()

    def members(self, characters: CharacterSet) -> tuple[str, ...]:
        """Names of its alphabets in a character set of its source."""
        if self.alphabets is not None:
            return self.alphabets
        return tuple(alphabet.name for alphabet in characters.alphabets if alphabet.name not in self.excluded)


GROUPS = {
    group.key: group
    for group in (
        Group("validation", "Validation, 10 alphabets", "omniglot", VALIDATION_TEN),
        Group("lake", "Lake's 10 alphabets", "omniglot", LAKE_TEN),
        Group("evaluation", "Evaluation set, 20 alphabets", "omniglot", EVALUATION),
        Group("background", "Background set, 30 alphabets", "omniglot", excluded=EVALUATION),
        Group("builtin", "Built-in alphabets", "builtin"),
    )
}
"""By key."""


def get(key: str) -> Group:
    """The group with this key. Raises UserError with the keys that exist."""
    if key not in GROUPS:
        raise UserError(f"There is no group of alphabets {key!r}: choose one of {', '.join(GROUPS)}.")
    return GROUPS[key]


def subset(key: str, characters: CharacterSet) -> CharacterSet:
    """The drawings of a group, out of the character set of its source. Raises UserError, or KeyError for a missing alphabet."""
    names = get(key).members(characters)
    return characters.subset(names, f"{characters.name} {key}, {len(names)} alphabets")
