"""A class round: a game of Play that the teacher starts for everybody, with one set-up, until one moment.

It is a setting of the class store, so every server of the class knows it.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Mapping

from siamese.classroom.rounds import Quiz
from siamese.classroom.scoring import ACTIVITIES

SETTING = "class_round"


@dataclasses.dataclass(frozen=True)
class ClassRound:
    """What everybody plays.

    number: of the round, another one each time. activity: one of `scoring.ACTIVITIES`. limit: seconds for each question
    of the quiz, 0 for none. quiz: the set-up; Telephone and Break it use its data source and alphabet. begun, ends: as
    time.time.
    """

    number: int
    activity: str
    limit: int
    quiz: Quiz
    begun: float
    ends: float

    def __post_init__(self) -> None:
        if self.activity not in ACTIVITIES:
            raise ValueError(f"{self.activity!r} is not a game.")

    @property
    def seconds(self) -> float:
        """From its beginning to its end."""
        return self.ends - self.begun

    @property
    def seconds_left(self) -> float:
        """0 when it is over."""
        return max(0.0, self.ends - time.time())

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.seconds_left == 0

    def ended(self) -> ClassRound:
        """The same round, ended now."""
        return dataclasses.replace(self, ends=min(self.ends, time.time()))

    def to_setting(self) -> str:
        """As text for the store."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)


def from_settings(settings: Mapping[str, str]) -> ClassRound | None:
    """The last class round; None if there was none, or one that this version does not understand."""
    try:
        values = json.loads(settings[SETTING])
        return ClassRound(**{**values, "quiz": Quiz(**values["quiz"])})
    except (KeyError, TypeError, ValueError):
        return None
