"""What a person and the network are asked: the trials of a quiz, and the characters to draw.

Everything is a function of an alphabet and a seed, so that a round can be repeated, and a class can play the same one.
The alphabet is a CharacterSet of one alphabet, `characters.subset([name])`, and rows are rows of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials, sample_rows, sample_trials
from siamese.errors import UserError
from siamese.evaluation.features import Scorer

TRIALS_PER_ROUND = 10
STANDARD_WAYS = 20
"""Ways of Lake's runs: of the quiz that counts for the class's accuracy, and of naming a drawing."""

_CHANGED = "The alphabet of this drawing has changed since: take another drawing."


class RoundError(UserError):
    """A round that cannot be played; the text says why and what to do."""


@dataclasses.dataclass(frozen=True)
class Quiz:
    """A round of the quiz: where its characters come from and how hard it is.

    source: a key of `sources.SOURCES`. look_alikes: only characters that a scorer finds alike. network: the id of the
    network that is played against, "" for the shipped one.
    """

    source: str
    alphabet: str
    ways: int = STANDARD_WAYS
    look_alikes: bool = False
    seed: int = 1
    network: str = ""

    @property
    def standard(self) -> bool:
        """Whether its answers count for the class's 20-way accuracy, beside that of the shipped network."""
        return self.ways == STANDARD_WAYS and not self.look_alikes and not self.network


@dataclasses.dataclass(frozen=True)
class Task:
    """A character to draw, and the characters among which the drawing is named.

    characters: names in the alphabet; answer: the position of the one to draw. model: the drawer whose drawing the
    person sees; examples: the drawers of the support set, one for each character.
    """

    source: str
    alphabet: str
    characters: tuple[str, ...]
    answer: int
    model: int
    examples: tuple[int, ...]

    @property
    def character(self) -> str:
        """The name of the character to draw."""
        return self.characters[self.answer]

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the store."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Task:
        """The inverse of `to_json`."""
        return cls(**{**values, "characters": tuple(values["characters"]), "examples": tuple(values["examples"])})

    def indices(self, alphabet: CharacterSet) -> list[int]:
        """Indices of its characters in the alphabet. Raises RoundError if the alphabet has lost one of them."""
        by_name = {character.name: index for index, character in enumerate(alphabet.characters)}
        try:
            return [by_name[name] for name in self.characters]
        except KeyError as error:
            raise RoundError(_CHANGED) from error

    def support(self, alphabet: CharacterSet) -> np.ndarray:
        """Rows of the support set, int (ways, 1). Raises RoundError if the alphabet has lost one of them."""
        drawn = zip(self.indices(alphabet), self.examples, strict=True)
        return np.array([[_row(alphabet, index, drawer)] for index, drawer in drawn])

    def model_row(self, alphabet: CharacterSet) -> int:
        """Row of the drawing that the person sees. Raises RoundError if the alphabet has lost it."""
        return _row(alphabet, self.indices(alphabet)[self.answer], self.model)


def quiz_trials(alphabet: CharacterSet, quiz: Quiz, similarity: np.ndarray | None = None) -> Trials:
    """The trials of a round.

    similarity: float (n, n) between the alphabet's n characters (`character_similarity`), needed for look-alikes: a
    trial then has a random character and those most similar to it, in random order. Raises RoundError if the alphabet
    has too few characters or drawers.
    """
    rng = np.random.default_rng((quiz.seed, quiz.ways))
    try:
        if not quiz.look_alikes:
            return sample_trials(alphabet, rng, TRIALS_PER_ROUND, quiz.ways)
        if similarity is None:
            raise ValueError("Look-alikes need similarities.")
        return _look_alike_trials(alphabet, quiz.ways, similarity, rng)
    except (ValueError, KeyError) as error:
        raise RoundError(
            f"This alphabet has too few characters with two drawings for {quiz.ways} choices: choose another one."
        ) from error


def drawing_task(alphabet: CharacterSet, source: str, seed: int, ways: int = STANDARD_WAYS) -> Task:
    """A character to draw, among `ways` or as many as there are.

    The person sees a drawing by another drawer than that of the support set, where there is one. Raises RoundError for
    an alphabet of one character.
    """
    count, rng = len(alphabet.characters), np.random.default_rng(seed)
    if count < 2:
        raise RoundError("This alphabet has one character: choose another one.")
    shown = [int(index) for index in rng.choice(count, min(ways, count), replace=False)]
    answer = int(rng.integers(len(shown)))
    drawers = [int(drawer) for drawer in rng.permutation(alphabet.drawers(shown[answer]))]
    model, examples = drawers[0], drawers[-1]
    rows = [alphabet.rows_by(index, [examples])[0] for index in shown]
    return Task(
        source,
        alphabet.alphabets[0].name,
        tuple(alphabet.characters[index].name for index in shown),
        answer,
        model,
        tuple(int(drawer) for drawer in alphabet.drawer_of[rows]),
    )


def character_similarity(alphabet: CharacterSet, scorer: Scorer) -> np.ndarray:
    """How alike a scorer finds the n characters of an alphabet, float (n, n), symmetric.

    The mean of both directions, each from the first drawer of a character to the last drawer of the other: one person's
    handwriting must not make characters alike.
    """
    rows = [alphabet.rows(index) for index in range(len(alphabet.characters))]
    first, last = (scorer.prepare(alphabet.drawings([own[place] for own in rows])) for place in (0, -1))
    scores = np.asarray(scorer.compare(first, last), dtype=np.float64)
    return (scores + scores.T) / 2


def _look_alike_trials(alphabet: CharacterSet, ways: int, similarity: np.ndarray, rng: np.random.Generator) -> Trials:
    count = len(alphabet.characters)
    if not 2 <= ways <= count:
        raise ValueError(f"{ways} ways of {count} characters.")
    query, support, answer = (
        np.zeros(TRIALS_PER_ROUND, int),
        np.zeros((TRIALS_PER_ROUND, ways, 1), int),
        np.zeros(TRIALS_PER_ROUND, int),
    )
    for t in range(TRIALS_PER_ROUND):
        character = int(rng.integers(count))
        others = np.argsort(-similarity[character], kind="stable")
        shown = rng.permutation([character, *others[others != character][: ways - 1]])
        answer[t] = int(np.flatnonzero(shown == character)[0])
        query[t], support[t] = sample_rows(alphabet, shown, int(answer[t]), 1, rng)
    return Trials(query, support, answer)


def _row(alphabet: CharacterSet, index: int, drawer: int) -> int:
    try:
        return alphabet.row(index, drawer)
    except KeyError as error:
        raise RoundError(_CHANGED) from error
