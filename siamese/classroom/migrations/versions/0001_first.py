"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """People, rounds, drawings, answers, settings, and the number of the last change."""
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("nickname", sa.String(24), nullable=False),
        sa.Column("unique_name", sa.String(64), nullable=False, unique=True),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.Integer, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("setup", sa.String(500), nullable=False),
        sa.Column("standard", sa.Boolean, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.UniqueConstraint("person", "setup"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "drawings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.Integer, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("activity", sa.String(16), nullable=False),
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("network", sa.String(200), nullable=False),
        sa.Column("network_right", sa.Boolean, nullable=False),
        sa.Column("strokes", sa.Text),
        sa.Column("created", sa.Float, nullable=False, index=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.Integer, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("activity", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer, sa.ForeignKey("rounds.id")),
        sa.Column("drawing", sa.Integer, sa.ForeignKey("drawings.id")),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("choice", sa.Integer, nullable=False),
        sa.Column("right", sa.Boolean, nullable=False),
        sa.Column("network_right", sa.Boolean, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.UniqueConstraint("round", "place"),
        sa.UniqueConstraint("drawing", "person"),
        sa.Index("ix_answers_person", "person"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(2000), nullable=False),
    )
    changes = op.create_table(
        "changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("resets", sa.Integer, nullable=False),
    )
    op.bulk_insert(changes, [{"id": 1, "number": 0, "resets": 0}])


def downgrade() -> None:
    """Delete everything."""
    for table in ("changes", "settings", "answers", "drawings", "rounds", "people"):
        op.drop_table(table)
