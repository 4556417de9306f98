"""The tables of the class store. A change here needs a migration in migrations/versions; a test compares the two.

Everything that was written together with one number of `changes` was written in one transaction. Rows of `answers` and
`drawings` are never changed, but for the ink of a drawing, which can be deleted; so who has read up to an id needs only
what follows it.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(naming_convention={"ix": "ix_%(column_0_N_label)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"})

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("nickname", String(24), nullable=False),
    Column("unique_name", String(64), nullable=False, unique=True),  # nicknames.key
    Column("token", String(64), nullable=False, unique=True),  # what the person's browser knows them by
    Column("hidden", Boolean, nullable=False),
    Column("created", Float, nullable=False),  # seconds since 1970, as all times here
    sqlite_autoincrement=True,  # here and below: after a reset, a page that is still open must not meet another's row
)

rounds = Table(
    "rounds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False),
    Column("setup", String(500), nullable=False),  # rounds.Quiz as JSON
    Column("standard", Boolean, nullable=False),
    Column("created", Float, nullable=False),
    UniqueConstraint("person", "setup"),  # a round that was begun is continued
    sqlite_autoincrement=True,
)

drawings = Table(
    "drawings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False),
    Column("activity", String(16), nullable=False),
    Column("task", Text, nullable=False),  # rounds.Task as JSON
    Column("network", String(200), nullable=False),  # the name that the network gave it, "" for none of these
    Column("network_right", Boolean, nullable=False),
    Column("strokes", Text),  # JSON; null once deleted
    Column("created", Float, nullable=False, index=True),
    sqlite_autoincrement=True,
)

answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False),
    Column("activity", String(16), nullable=False),
    Column("round", ForeignKey("rounds.id")),
    Column("drawing", ForeignKey("drawings.id")),
    Column("place", Integer, nullable=False),  # of the trial in its round; 0 where a drawing was named
    Column("choice", Integer, nullable=False),  # the position that was chosen; -1 when the time was up
    Column("right", Boolean, nullable=False),
    Column("network_right", Boolean, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("created", Float, nullable=False),
    UniqueConstraint("round", "place"),  # an answer that is sent again counts once
    UniqueConstraint("drawing", "person"),
    Index("ix_answers_person", "person"),
    sqlite_autoincrement=True,
)

own_sets = Table(
    "own_sets",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("owner", String(64), nullable=False),  # the hash of a shared set's maker, or ""
    Column("content", LargeBinary, nullable=False),  # the file of data.own.file_format
    Column("size", Integer, nullable=False),  # bytes of it
    Column("changed", Float, nullable=False),
    Column("version", Integer, nullable=False, index=True),  # the number of the change that wrote it
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", String(2000), nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),  # 1: there is one row
    Column("number", Integer, nullable=False),  # of the last change
    Column("resets", Integer, nullable=False),  # how often the results were deleted
)
