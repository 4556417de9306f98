"""Where things are: shipped assets, the user's data and runs. `SIAMESE_HOME` moves the latter."""

from __future__ import annotations

import os
import pathlib

import platformdirs

ASSETS = pathlib.Path(__file__).resolve().parent.parent / "assets"


def home() -> pathlib.Path:
    """The folder for everything that is downloaded, imported or trained: `SIAMESE_HOME`, else the system's data folder."""
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
    """Training runs, a folder each."""
    return home() / "runs"


def omniglot_source() -> pathlib.Path | None:
    """Folder of Omniglot archives or PNGs named by `OMNIGLOT_DIR`, if it is set."""
    chosen = os.environ.get("OMNIGLOT_DIR")
    return pathlib.Path(chosen).expanduser() if chosen else None
