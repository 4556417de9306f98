"""The groups of alphabets: the one table of what is trained on, chosen on and judged on.

Lake et al. (2015) split Omniglot into a background set of 30 alphabets and an evaluation set of 20. Koch et al.
(section 4) split it 30/10/10: the evaluation set is halved into Lake's ten, for the final figure only, and ten for
validation.
"""

from __future__ import annotations

import dataclasses

from siamese.data import own
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


SCRIPTS = {
    "Anglo-Saxon_Futhorc": "Runic",
    "Armenian": "Armenian",
    "Asomtavruli_(Georgian)": "Georgian",
    "Avesta": "Avestan",
    "Balinese": "Balinese",
    "Bengali": "Bengali",
    "Blackfoot_(Canadian_Aboriginal_Syllabics)": "Canadian Aboriginal",
    "Braille": "Braille",
    "Burmese_(Myanmar)": "Myanmar",
    "Cyrillic": "Cyrillic",
    "Early_Aramaic": "Imperial Aramaic",
    "Ge_ez": "Ethiopic",
    "Glagolitic": "Glagolitic",
    "Grantha": "Grantha",
    "Greek": "Greek",
    "Gujarati": "Gujarati",
    "Gurmukhi": "Gurmukhi",
    "Hebrew": "Hebrew",
    "Inuktitut_(Canadian_Aboriginal_Syllabics)": "Canadian Aboriginal",
    "Japanese_(hiragana)": "Hiragana",
    "Japanese_(katakana)": "Katakana",
    "Kannada": "Kannada",
    "Korean": "Hangul",
    "Latin": "Latin",
    "Malay_(Jawi_-_Arabic)": "Arabic",
    "Malayalam": "Malayalam",
    "Manipuri": "Meetei Mayek",
    "Mkhedruli_(Georgian)": "Georgian",
    "Mongolian": "Mongolian",
    "N_Ko": "Nko",
    "Ojibwe_(Canadian_Aboriginal_Syllabics)": "Canadian Aboriginal",
    "Old_Church_Slavonic_(Cyrillic)": "Cyrillic",
    "Oriya": "Oriya",
    "Sanskrit": "Devanagari",
    "Sylheti": "Syloti Nagri",
    "Syriac_(Estrangelo)": "Syriac",
    "Syriac_(Serto)": "Syriac",
    "Tagalog": "Tagalog",
    "Tibetan": "Tibetan",
    "Tifinagh": "Tifinagh",
}
"""Unicode script of each alphabet that has one; the others are invented or never encoded."""

BACKGROUND_SCRIPTS = (
    "Arabic",
    "Armenian",
    "Balinese",
    "Bengali",
    "Braille",
    "Canadian Aboriginal",
    "Cyrillic",
    "Devanagari",
    "Georgian",
    "Grantha",
    "Greek",
    "Gujarati",
    "Hangul",
    "Hebrew",
    "Hiragana",
    "Imperial Aramaic",
    "Katakana",
    "Latin",
    "Myanmar",
    "Nko",
    "Runic",
    "Syriac",
    "Tagalog",
    "Tifinagh",
)
"""Unicode scripts of the background set. A network trained on it has not seen the built-in alphabets of other
scripts."""


@dataclasses.dataclass(frozen=True)
class Group:
    """A group of alphabets of one data source.

    key: its name in URLs, records and on the command line; label: its name on pages; source: the key of a data source.
    alphabets: names of its members, or None for all alphabets of the source that pass the
    conditions below. training: key of the group that the shipped network was trained on, or "" where that is this
    group.
    """

    key: str
    label: str
    source: str
    alphabets: tuple[str, ...] | None = None
    excluded: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    excluded_scripts: tuple[str, ...] = ()
    training: str = ""

    def members(self, characters: CharacterSet) -> tuple[str, ...]:
        """Names of its alphabets in a character set of its source."""
        if self.alphabets is not None:
            return self.alphabets
        return tuple(
            alphabet.name
            for alphabet in characters.alphabets
            if alphabet.name not in self.excluded
            and alphabet.script not in self.excluded_scripts
            and (not self.scripts or alphabet.script in self.scripts)
        )


GROUPS = {
    group.key: group
    for group in (
        Group("validation", "Omniglot validation", "omniglot", VALIDATION_TEN, training="background"),
        Group("lake", "Omniglot, Lake's ten", "omniglot", LAKE_TEN, training="background"),
        Group("evaluation", "Omniglot evaluation", "omniglot", EVALUATION, training="background"),
        Group("background", "Omniglot background", "omniglot", excluded=EVALUATION),
        Group(
            "builtin",
            "Built-in, unseen",
            "builtin",
            excluded_scripts=BACKGROUND_SCRIPTS,
            training="builtin_training",
        ),
        Group("builtin_training", "Built-in, training scripts", "builtin", scripts=BACKGROUND_SCRIPTS),
    )
}
"""By key. Each own set is a group besides, under its own key: it is in no training."""


def keys() -> tuple[str, ...]:
    """The keys of all groups, those of shared own sets included."""
    return (*GROUPS, *own.names())


def get(key: str) -> Group:
    """The group with this key, private own sets included. Raises UserError with the keys that exist."""
    if key in GROUPS:
        return GROUPS[key]
    if not own.is_key(key):
        raise UserError(f"There is no group of alphabets {key!r}: choose one of {', '.join(keys())}.")
    return Group(key, own.name(key), key)


def archive(key: str) -> str:
    """The name of Omniglot's archive with the alphabets of a group. Raises UserError for an unknown group."""
    return "images_background.zip" if get(key).alphabets is None else "images_evaluation.zip"


def subset(key: str, characters: CharacterSet) -> CharacterSet:
    """The drawings of a group, out of the character set of its source.

    Raises UserError when the set lacks alphabets of the group, as Omniglot does while one of its archives is missing.
    """
    group = get(key)
    names = group.members(characters)
    lacking = set(names) - {alphabet.name for alphabet in characters.alphabets}
    if lacking or not names:
        raise UserError(
            f"{group.label}: not installed; import {archive(key)} by `python -m siamese data import PATH`, "
            "or download Omniglot."
        )
    return characters.subset(names, f"{group.label}, {len(names)} alphabet{'s' * (len(names) > 1)}")
