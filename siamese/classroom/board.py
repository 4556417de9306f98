"""The class board: one reading of the store a second for all who watch, and only when something has changed.

Answers and drawings are read once; afterwards only what was added. For the settings of the class, too, pages ask here.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Mapping

import numpy as np

from siamese.classroom import scoring, strokes
from siamese.classroom.scoring import Answer, Break, Comparison, Drawing, Standing
from siamese.classroom.store import Person, Store, Version
from siamese.data import ink

REFRESH_SECONDS = 1.0
"""Age up to which a reading serves all who watch."""
BREAKS_SHOWN = 6


@dataclasses.dataclass(frozen=True)
class Row:
    """A line of the board."""

    person: Person
    standing: Standing


@dataclasses.dataclass(frozen=True)
class ShownBreak:
    """One of the best breaks. drawing: float32 (105, 105), None once the ink was forgotten; nickname: "" if hidden."""

    result: Break
    nickname: str
    drawing: np.ndarray | None


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """What the store held at a version. rows: the best first, without hidden people, who are in `hidden`."""

    version: Version
    rows: tuple[Row, ...] = ()
    hidden: tuple[Person, ...] = ()
    quiz: Comparison | None = None
    telephone: Comparison | None = None
    breaks: tuple[ShownBreak, ...] = ()
    drawings: int = 0
    settings: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Board:
    """The board of a store; threads may share it."""

    def __init__(self, store: Store):
        self._store = store
        self._lock = threading.Lock()
        self._answers: list[Answer] = []
        self._drawings: dict[int, Drawing] = {}
        self._snapshot = Snapshot(Version(-1, -1))
        self._read_at = float("-inf")  # time.monotonic

    def snapshot(self) -> Snapshot:
        """The class, REFRESH_SECONDS old at most. Raises StoreError.

        One thread reads; the others use what was read last, and wait only for the first reading.
        """
        first = self._snapshot.version.number < 0
        if self._old and self._lock.acquire(blocking=first):
            try:
                if self._old:  # another thread may just have read
                    self._read()
            finally:
                self._lock.release()
        return self._snapshot

    def changed(self) -> None:
        """This server has changed something that its pages must show at once: read it before anyone looks again.

        Raises StoreError.
        """
        with self._lock:
            self._read()

    @property
    def _old(self) -> bool:
        return time.monotonic() - self._read_at >= REFRESH_SECONDS

    def _read(self) -> None:
        began, version = time.monotonic(), self._store.version()
        if version != self._snapshot.version:
            self._snapshot = self._read_all(version)
        self._read_at = began

    def _read_all(self, version: Version) -> Snapshot:
        if version.resets != self._snapshot.version.resets:
            self._answers, self._drawings = [], {}
        last = self._answers[-1].id if self._answers else 0
        answers, drawings = self._store.after(last, max(self._drawings, default=0))
        self._answers += answers
        self._drawings |= {drawing.id: drawing for drawing in drawings}
        people = {person.id: person for person in self._store.people()}
        visible = [person.id for person in people.values() if not person.hidden]
        standings = scoring.standings(visible, self._drawings, self._answers)
        return Snapshot(
            version,
            tuple(Row(people[standing.person], standing) for standing in standings),
            tuple(person for person in people.values() if person.hidden),
            scoring.standard_quiz(self._answers),
            scoring.telephone(self._answers),
            self._breaks(people),
            len(self._drawings),
            self._store.settings(),
        )

    def _breaks(self, people: Mapping[int, Person]) -> tuple[ShownBreak, ...]:
        best = scoring.breaks(self._drawings, self._answers)[:BREAKS_SHOWN]
        kept = self._store.ink([one.drawing.id for one in best])
        shown = []
        for one in best:
            drawing = ink.draw_strokes(strokes.from_json(kept[one.drawing.id])) if one.drawing.id in kept else None
            person = people.get(one.drawing.person)
            shown.append(ShownBreak(one, person.nickname if person and not person.hidden else "", drawing))
        return tuple(shown)
