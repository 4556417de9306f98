"""Locations: the shipped assets, and the user's data and runs, which `SIAMESE_HOME` moves."""

from __future__ import annotations

import os
import pathlib

import platformdirs

ASSETS = pathlib.Path(__file__).resolve().parent.parent / "assets"


def home() -> pathlib.Path:
    """The folder of all that is downloaded, imported or trained: `SIAMESE_HOME`, or else the system's data folder."""
    chosen = os.environ.get("SIAMESE_HOME")
    return (
        pathlib.Path(chosen).expanduser()
        if chosen
        else pathlib.Path(platformdirs.user_data_dir("siamese", appauthor=False))
    )


def data() -> pathlib.Path:
    """Packed data sets."""
    return home() / "data"


def runs() -> pathlib.Path:
    """Training runs, one folder each."""
    return home() / "runs"


def omniglot_source() -> pathlib.Path | None:
    """The folder of Omniglot's archives or PNGs that `OMNIGLOT_DIR` names, if it is set."""
    chosen = os.environ.get("OMNIGLOT_DIR")
    return pathlib.Path(chosen).expanduser() if chosen else None
