"""The class store: who plays, what they answered and drew, and the teacher's settings. For the tables see `schema`.

What a method returns has been kept: a server that is killed afterwards finds it again. A method that fails keeps
nothing. The ink of drawings is forgotten after the lesson (`forget_old_ink`), unless the teacher keeps it.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
import time
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from siamese.classroom import database, kept_drawings, nicknames
from siamese.classroom.database import Database, StoreError
from siamese.classroom.kept_drawings import KeptDrawing
from siamese.classroom.rounds import Quiz, Task
from siamese.classroom.schema import answers, changes, drawings, people, rounds, settings
from siamese.classroom.scoring import QUIZ, Answer, Drawing

KEEP_INK = "keep_ink"
"""Setting: "1" where the teacher keeps the drawings until they are deleted."""
MAX_PEOPLE = 1_000
MAX_SETTING_CHARACTERS = 2_000

_GONE = "The teacher has deleted the results: enter your nickname again."
_ANSWERS = sa.select(answers, rounds.c.standard, rounds.c.setup).outerjoin(rounds, rounds.c.id == answers.c.round)


@dataclasses.dataclass(frozen=True)
class Person:
    """A person who plays. token: what their browser proves itself with; "" where it is nobody's business."""

    id: int
    nickname: str
    token: str = ""
    hidden: bool = False


@dataclasses.dataclass(frozen=True)
class Version:
    """What the store has reached: the number of the last change, and of the last reset."""

    number: int
    resets: int


class Store:
    """The results of a class in a database. Threads may share it; every method raises StoreError."""

    def __init__(self, where: sa.URL | None = None):
        """Open the store, by default where `database.url` says."""
        self.database = Database(where or database.url())
        self._reading, self._writing = self.database.reading, self.database.writing
        self.close = self.database.close

    # People

    def join(self, nickname: str, token: str = "") -> Person:
        """The person of this browser, under this nickname from now on; a new one without a known token.

        Raises NicknameError for a nickname that cannot be used and StoreError for one that is taken.
        """
        nickname = nicknames.checked(nickname)
        named = {"nickname": nickname, "unique_name": nicknames.key(nickname), "hidden": False}
        try:
            with self._writing() as connection:
                known = _person(connection, token)
                if known:
                    connection.execute(sa.update(people).where(people.c.id == known.id).values(named))
                    return Person(known.id, nickname, token)
                if connection.scalar(sa.select(sa.func.count()).select_from(people)) >= MAX_PEOPLE:
                    raise StoreError(f"The class has {MAX_PEOPLE:,} people: the teacher can reset it.")
                token = secrets.token_hex(16)
                new = {**named, "token": token, "created": time.time()}
                return Person(_insert(connection, people, new), nickname, token)
        except IntegrityError as error:
            raise StoreError("Somebody in the class has this nickname: choose another one.") from error

    def person(self, token: str) -> Person | None:
        """The person whose browser has this token."""
        with self._reading() as connection:
            return _person(connection, token)

    def people(self) -> list[Person]:
        """All people in the order in which they joined, without their tokens."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(people).order_by(people.c.id))
            return [Person(row.id, row.nickname, hidden=row.hidden) for row in rows]

    def hide(self, person: int, hidden: bool = True) -> None:
        """Take a nickname off the board, or show it again; its owner can choose another."""
        with self._writing() as connection:
            connection.execute(sa.update(people).where(people.c.id == person).values(hidden=hidden))

    # Quiz

    def begin_round(self, person: Person, quiz: Quiz) -> tuple[int, dict[int, Answer]]:
        """The id of a person's round with this set-up, and its answers so far by place: it is begun only once."""
        setup = json.dumps(dataclasses.asdict(quiz), sort_keys=True, ensure_ascii=False)
        own = sa.select(rounds.c.id).where(rounds.c.person == person.id, rounds.c.setup == setup)
        with self._writing() as connection:
            _require(connection, person)
            known = connection.scalar(own)
            if known is None:
                new = {"person": person.id, "setup": setup, "standard": quiz.standard, "created": time.time()}
                return _insert(connection, rounds, new), {}
            rows = connection.execute(_ANSWERS.where(answers.c.round == known))
            return known, {row.place: _answer(row) for row in rows}

    def answer(
        self, person: Person, round_id: int, place: int, choice: int, right: bool, network_right: bool, seconds: float
    ) -> None:
        """Keep the answer to a trial of a round, at its place; the first one counts, and sending it again is no
        error."""
        row = {"activity": QUIZ, "round": round_id, "place": place, "choice": choice, "right": right}
        self._keep_answer(person, {**row, "network_right": network_right, "seconds": seconds})

    # Drawings

    def keep_drawing(self, person: Person, activity: str, task: Task, ink: str, network: str) -> int:
        """Keep a drawing, its ink by `strokes.to_json`; its id. network: its name for it, "" for none of these."""
        with self._writing() as connection:
            _require(connection, person)
            return kept_drawings.keep(connection, person.id, activity, task, ink, network)

    def drawing_to_name(self, person: Person) -> KeptDrawing | None:
        """A classmate's drawing that this person has not named; None if there is none."""
        with self._reading() as connection:
            return kept_drawings.to_name(connection, person.id)

    def name_drawing(self, person: Person, drawing: KeptDrawing, choice: int, seconds: float) -> bool:
        """Keep what a classmate took a drawing for, a position in its task; whether that is right."""
        right = choice == drawing.task.answer
        row = {"activity": drawing.activity, "drawing": drawing.id, "place": 0, "choice": choice, "right": right}
        network_right = drawing.network == drawing.task.character
        self._keep_answer(person, {**row, "network_right": network_right, "seconds": seconds})
        return right

    def drawings(self) -> list[KeptDrawing]:
        """The drawings whose ink is still there, in the order in which they were made."""
        with self._reading() as connection:
            return kept_drawings.with_ink(connection)

    def ink(self, ids: list[int]) -> dict[int, str]:
        """The strokes of these drawings, by id, without those that were forgotten."""
        with self._reading() as connection:
            return kept_drawings.ink(connection, ids)

    def delete_ink(self) -> int:
        """Delete the ink of all drawings; of how many. Points and the board stay."""
        with self._writing() as connection:
            return kept_drawings.delete_ink(connection)

    def forget_old_ink(self, seconds: float = kept_drawings.INK_KEPT_SECONDS) -> int:
        """Delete the ink of drawings of this age or older, unless the teacher keeps it; of how many."""
        with self._reading() as connection:
            kept = connection.scalar(sa.select(settings.c.value).where(settings.c.key == KEEP_INK)) == "1"
            if kept or not kept_drawings.is_ink_older(connection, seconds):
                return 0  # without a change, so that nobody reads the board again
        with self._writing() as connection:
            return kept_drawings.delete_ink(connection, seconds)

    # The class

    def reset(self) -> None:
        """Delete all people, answers and drawings; the settings stay."""
        with self._writing() as connection:
            for table in (answers, drawings, rounds, people):
                connection.execute(sa.delete(table))
            connection.execute(sa.update(changes).values(resets=changes.c.resets + 1))

    def settings(self) -> Mapping[str, str]:
        """The teacher's settings for the class."""
        with self._reading() as connection:
            return {row.key: row.value for row in connection.execute(sa.select(settings))}

    def set(self, **values: str) -> None:
        """Change settings, all at once; "" removes one."""
        if any(len(value) > MAX_SETTING_CHARACTERS for value in values.values()):
            raise StoreError(f"A setting has at most {MAX_SETTING_CHARACTERS:,} characters.")
        with self._writing() as connection:
            connection.execute(sa.delete(settings).where(settings.c.key.in_(values)))
            if kept := [{"key": key, "value": value} for key, value in values.items() if value]:
                connection.execute(sa.insert(settings), kept)

    def version(self) -> Version:
        """What has been reached: one row, whatever the store holds."""
        with self._reading() as connection:
            row = connection.execute(sa.select(changes.c.number, changes.c.resets)).one()
            return Version(row.number, row.resets)

    def after(self, answer: int, drawing: int) -> tuple[list[Answer], list[Drawing]]:
        """The answers and the drawings that were kept after these ids, in their order."""
        with self._reading() as connection:
            rows = connection.execute(_ANSWERS.where(answers.c.id > answer).order_by(answers.c.id))
            return [_answer(row) for row in rows], kept_drawings.after(connection, drawing)

    def _keep_answer(self, person: Person, row: dict) -> None:
        try:
            with self._writing() as connection:
                _require(connection, person)
                _insert(connection, answers, {**row, "person": person.id, "created": time.time()})
        except IntegrityError as error:  # sent twice, or about something that the teacher has deleted
            about = [answers.c[name] == row[name] for name in ("round", "drawing", "place") if name in row]
            with self._reading() as connection:
                known = sa.select(answers.c.id).where(answers.c.person == person.id, *about)
                if connection.execute(known).first() is None:
                    raise StoreError(_GONE) from error


def _insert(connection: sa.Connection, table: sa.Table, values: dict) -> int:
    return connection.execute(sa.insert(table).values(values)).inserted_primary_key[0]


def _person(connection: sa.Connection, token: str) -> Person | None:
    row = connection.execute(sa.select(people).where(people.c.token == token)).first()
    return Person(row.id, row.nickname, row.token, row.hidden) if row else None


def _require(connection: sa.Connection, person: Person) -> None:
    """Raises StoreError if this person has been deleted."""
    if (known := _person(connection, person.token)) is None or known.id != person.id:
        raise StoreError(_GONE)


def _answer(row: sa.Row) -> Answer:
    standard = row.standard is not False  # None where a drawing was named
    question = (row.setup, row.place) if row.setup else None
    kept = row.id, row.person, row.activity, row.right, row.network_right, row.seconds
    return Answer(*kept, standard, row.drawing, question)
