"""Points and accuracies of a class, from its answers and drawings. Pure functions over records of the store.

A person has a point for each right answer in the quiz, for each classmate's drawing named rightly, and for each
drawing that the network misnamed and a classmate named rightly.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from siamese.evaluation.clustered import ClusteredAccuracy
from siamese.evaluation.trials import Accuracy

QUIZ, TELEPHONE, BREAK = ACTIVITIES = ("quiz", "telephone", "break")


@dataclasses.dataclass(frozen=True)
class Answer:
    """One answer, in the order of `id`.

    person: who answered. drawing: the classmate's drawing that was named, None in the quiz. standard: whether it counts
    for the 20-way accuracy. seconds: how long it took. question: the round's set-up and the place in it, which a class
    may share.
    """

    id: int
    person: int
    activity: str
    right: bool
    network_right: bool
    seconds: float
    standard: bool = True
    drawing: int | None = None
    question: tuple[str, int] | None = None


@dataclasses.dataclass(frozen=True)
class Drawing:
    """A drawing of a class, without its ink. source: a key of `sources.SOURCES`; network: the name that the network
    gave it, "" for none of these."""

    id: int
    person: int
    activity: str
    source: str
    alphabet: str
    character: str
    network: str

    @property
    def network_right(self) -> bool:
        """Whether the network named it rightly."""
        return self.network == self.character


@dataclasses.dataclass(frozen=True)
class Comparison:
    """People and network on the same trials.

    The network answers a question that several people had once, since it gives all of them the same answer.
    """

    people: Accuracy
    network: Accuracy


@dataclasses.dataclass(frozen=True)
class Standing:
    """A person's results: points; quiz: right answers and trials; named: classmates' drawings; broken: the network."""

    person: int
    points: int = 0
    quiz: Accuracy | None = None
    named: int = 0
    broken: int = 0
    seconds: float = 0.0  # of all answers in the quiz


@dataclasses.dataclass(frozen=True)
class Break:
    """A drawing that the network misnamed. right, named: classmates who named it rightly, and all who named it."""

    drawing: Drawing
    right: int
    named: int


def compare(answers: Iterable[Answer]) -> Comparison | None:
    """People and network on these answers; None without any."""
    counted = list(answers)
    if not counted:
        return None
    own: dict[int, list[bool]] = collections.defaultdict(list)
    for answer in counted:
        own[answer.person].append(answer.right)
    questions = {answer.question or answer.id: answer.network_right for answer in counted}
    return Comparison(
        ClusteredAccuracy.of([(sum(own[person]), len(own[person])) for person in sorted(own)]),
        Accuracy(sum(questions.values()), len(questions)),
    )


def standard_quiz(answers: Iterable[Answer]) -> Comparison | None:
    """The class and the network in the 20-way quiz."""
    return compare(answer for answer in answers if answer.activity == QUIZ and answer.standard)


def telephone(answers: Iterable[Answer]) -> Comparison | None:
    """The class and the network on the class's own drawings: each drawing counts once, by the first who named it."""
    first: dict[int, Answer] = {}
    for answer in sorted(answers, key=lambda answer: answer.id):
        if answer.activity == TELEPHONE and answer.drawing is not None:
            first.setdefault(answer.drawing, answer)
    return compare(first.values())


def breaks(drawings: Mapping[int, Drawing], answers: Iterable[Answer]) -> list[Break]:
    """The drawings that the network misnamed and at least one classmate named rightly, the best first.

    Best is what most classmates named rightly; then what fewest named wrongly; then the earliest.
    """
    right: collections.Counter[int] = collections.Counter()
    named: collections.Counter[int] = collections.Counter()
    for answer in answers:
        if answer.activity == BREAK and answer.drawing in drawings:
            named[answer.drawing] += 1
            right[answer.drawing] += answer.right
    broken = [Break(drawings[id_], right[id_], named[id_]) for id_ in named if right[id_]]
    return sorted(
        (one for one in broken if not one.drawing.network_right),
        key=lambda one: (-one.right, one.named - one.right, one.drawing.id),
    )


def standings(people: Iterable[int], drawings: Mapping[int, Drawing], answers: Sequence[Answer]) -> list[Standing]:
    """The results of these people, the best first; among equal points, who needed less time for each answer."""
    broken = collections.Counter(one.drawing.person for one in breaks(drawings, answers))
    own: dict[int, list[Answer]] = collections.defaultdict(list)
    for answer in answers:
        own[answer.person].append(answer)
    results = [_standing(person, own[person], broken[person]) for person in people]
    return sorted(results, key=lambda one: (-one.points, _seconds_per_trial(one), one.person))


def _standing(person: int, answers: Sequence[Answer], broken: int) -> Standing:
    quiz = [answer for answer in answers if answer.activity == QUIZ]
    named = sum(answer.right for answer in answers if answer.drawing is not None)
    right = sum(answer.right for answer in quiz)
    return Standing(
        person,
        right + named + broken,
        Accuracy(right, len(quiz)) if quiz else None,
        named,
        broken,
        sum(answer.seconds for answer in quiz),
    )


def _seconds_per_trial(standing: Standing) -> float:
    return standing.seconds / standing.quiz.trials if standing.quiz else 0.0
