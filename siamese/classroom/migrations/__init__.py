"""Migrations of the class store, run by Alembic when the store is opened (`database.py`)."""
