"""A round of the quiz while it is played."""

from __future__ import annotations

import dataclasses
import math
import time
from typing import TYPE_CHECKING

import numpy as np

from siamese.classroom.rounds import TRIALS_PER_ROUND, Quiz
from siamese.classroom.scoring import Comparison
from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials
from siamese.evaluation.trials import Accuracy

if TYPE_CHECKING:
    from siamese.classroom.store import Person
    from siamese.network.matcher import Match

GRACE_SECONDS = 2.0
"""For the way from the page to the phone and back."""
TOO_LATE = -1


@dataclasses.dataclass
class Game:
    """A round that is being played.

    limit: seconds for each question, 0 for none. results: (person right, network right) by place; shown_at:
    time.monotonic when the question was shown. choice: of this question, once answered, TOO_LATE when the time was up;
    match: the network's answer to it.
    """

    person: Person
    quiz: Quiz
    limit: int
    round_id: int
    alphabet: CharacterSet
    trials: Trials
    results: dict[int, tuple[bool, bool]]
    place: int = 0
    shown_at: float = 0.0
    choice: int | None = None
    match: Match | None = None
    failure: str = ""

    @property
    def comparison(self) -> Comparison | None:
        """Person and network so far."""
        if not self.results:
            return None
        people, network = zip(*self.results.values(), strict=True)
        return Comparison(Accuracy(sum(people), len(people)), Accuracy(sum(network), len(network)))

    @property
    def seconds_left(self) -> float:
        """Until it is too late to answer the question; inf without a limit."""
        return self.shown_at + self.limit + GRACE_SECONDS - time.monotonic() if self.limit else math.inf

    @property
    def support(self) -> np.ndarray:
        """The drawings to choose from, (ways, 1, 105, 105)."""
        return self.alphabet.shared_drawings(self.trials.support[self.place])

    @property
    def answer(self) -> int:
        """The position of the right one."""
        return int(self.trials.answer[self.place])

    def next(self) -> None:
        """Go to the first question that is not answered."""
        self.place = next((place for place in range(TRIALS_PER_ROUND) if place not in self.results), TRIALS_PER_ROUND)
        self.choice = self.match = None
        self.shown_at = time.monotonic()
