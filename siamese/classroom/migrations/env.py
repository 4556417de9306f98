"""Alembic runs this file to migrate a database. To write a migration: see docs/server.md."""

from __future__ import annotations

from alembic import context

from siamese.classroom import schema

if hasattr(context, "config"):  # Alembic sets it while it runs this file; an import has nothing to migrate
    context.configure(connection=context.config.attributes["connection"], target_metadata=schema.metadata)
    context.run_migrations()
