"""The drawings of a class in the store: kept with their ink, given to classmates to name, forgotten after the lesson.

Forgetting deletes the ink only. That somebody drew a character, and what it was taken for, stays for the board.
"""

from __future__ import annotations

import dataclasses
import json
import time

import sqlalchemy as sa

from siamese.classroom import strokes
from siamese.classroom.database import StoreError
from siamese.classroom.rounds import Task
from siamese.classroom.schema import answers, drawings
from siamese.classroom.scoring import BREAK, Drawing

INK_KEPT_SECONDS = 3 * 3600.0
"""After this time the ink of a drawing is forgotten: longer than a double lesson."""
MAX_DRAWINGS_PER_PERSON = 200


@dataclasses.dataclass(frozen=True)
class KeptDrawing:
    """A drawing with its task. network: "" for none of these; strokes: JSON, "" once the ink was forgotten."""

    id: int
    person: int
    activity: str
    task: Task
    network: str
    strokes: str


def keep(connection: sa.Connection, person: int, activity: str, task: Task, ink: str, network: str) -> int:
    """Keep a drawing, its ink by `strokes.to_json`; its id. Raises InkError, and StoreError for too many drawings."""
    strokes.from_json(ink)
    own = sa.select(sa.func.count()).select_from(drawings).where(drawings.c.person == person)
    if connection.scalar(own) >= MAX_DRAWINGS_PER_PERSON:
        raise StoreError(f"You have made {MAX_DRAWINGS_PER_PERSON} drawings: name those of others now.")
    row = {
        "person": person,
        "activity": activity,
        "task": json.dumps(task.to_json()),
        "network": network,
        "network_right": network == task.character,
        "strokes": ink,
        "created": time.time(),
    }
    return connection.execute(sa.insert(drawings).values(row)).inserted_primary_key[0]


def to_name(connection: sa.Connection, person: int) -> KeptDrawing | None:
    """A classmate's drawing that this person has not named: first those that fewest have named, then the oldest.

    In Break it, only what the network misnamed is worth a classmate's time.
    """
    named = (
        sa.select(answers.c.drawing, sa.func.count().label("times"))
        .where(answers.c.drawing.is_not(None))
        .group_by(answers.c.drawing)
        .subquery()
    )
    own = sa.select(answers.c.drawing).where(answers.c.person == person, answers.c.drawing.is_not(None))
    query = (
        sa.select(drawings)
        .outerjoin(named, named.c.drawing == drawings.c.id)
        .where(
            drawings.c.strokes.is_not(None),
            drawings.c.person != person,
            drawings.c.id.not_in(own),
            sa.or_(drawings.c.activity != BREAK, sa.not_(drawings.c.network_right)),
        )
        .order_by(sa.func.coalesce(named.c.times, 0), drawings.c.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    return _kept(row) if row else None


def with_ink(connection: sa.Connection) -> list[KeptDrawing]:
    """The drawings whose ink is still there, in the order in which they were made."""
    query = sa.select(drawings).where(drawings.c.strokes.is_not(None)).order_by(drawings.c.id)
    return [_kept(row) for row in connection.execute(query)]


def after(connection: sa.Connection, id_: int) -> list[Drawing]:
    """The drawings that were made after this one, in their order, without ink."""
    columns = [drawings.c[name] for name in ("id", "person", "activity", "task", "network")]
    records = []
    for row in connection.execute(sa.select(*columns).where(drawings.c.id > id_).order_by(drawings.c.id)):
        task = _task(row.task)
        what = task.source, task.alphabet, task.character
        records.append(Drawing(row.id, row.person, row.activity, *what, row.network))
    return records


def ink(connection: sa.Connection, ids: list[int]) -> dict[int, str]:
    """The strokes of these drawings, without those that were forgotten."""
    query = sa.select(drawings.c.id, drawings.c.strokes).where(drawings.c.id.in_(ids), drawings.c.strokes.is_not(None))
    return {row.id: row.strokes for row in connection.execute(query)}


def is_ink_older(connection: sa.Connection, seconds: float) -> bool:
    """Whether there is ink of this age or older."""
    return connection.execute(sa.select(drawings.c.id).where(_older(seconds)).limit(1)).first() is not None


def delete_ink(connection: sa.Connection, seconds: float = 0.0) -> int:
    """Delete the ink of drawings of this age or older; of how many."""
    return connection.execute(sa.update(drawings).where(_older(seconds)).values(strokes=None)).rowcount


def _older(seconds: float) -> sa.ColumnElement[bool]:
    return sa.and_(drawings.c.strokes.is_not(None), drawings.c.created <= time.time() - seconds)


def _kept(row: sa.Row) -> KeptDrawing:
    return KeptDrawing(row.id, row.person, row.activity, _task(row.task), row.network, row.strokes)


def _task(text: str) -> Task:
    return Task.from_json(json.loads(text))
