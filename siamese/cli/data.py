"""python -m siamese data status|download|import: the data sets."""

from __future__ import annotations

import argparse
import pathlib

from siamese import paths
from siamese.cli.terminal import print_result, progress_bar
from siamese.data import builtin, omniglot


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    data = commands.add_parser("data", help="show, download or import data sets").add_subparsers(
        required=True, metavar="command"
    )
    status = data.add_parser("status", help="show what is installed")
    status.add_argument("--json", action="store_true")
    status.set_defaults(call=show_status)
    data.add_parser("download", help="download Omniglot (16 MB)").set_defaults(call=download)
    imported = data.add_parser("import", help="import Omniglot from a folder or a zip, in any layout")
    imported.add_argument("path", type=pathlib.Path)
    imported.set_defaults(call=import_files)


def show_status(arguments: argparse.Namespace) -> None:
    sets, notes = [builtin.load()], []
    state = omniglot.state()
    try:
        if not state.problem:
            sets.append(omniglot.load())
            notes.append(_missing(omniglot.state()))
    except omniglot.OmniglotError:
        state = omniglot.state()
    result = {
        s.name: {"alphabets": len(s.alphabets), "characters": len(s.characters), "drawings": len(s)} for s in sets
    }
    lines = [
        f"{name}: {n['alphabets']} alphabets, {n['characters']:,} characters, {n['drawings']:,} drawings"
        for name, n in result.items()
    ]
    notes = [note for note in (state.problem, *notes, f"Folder: {paths.data()}") if note]
    print_result(arguments, result, [*lines, *notes])


def _missing(state: omniglot.State) -> str:
    """What is missing of Omniglot and what it is for; "" for nothing."""
    purposes = {
        "images_background.zip": "30 alphabets to train on",
        "images_evaluation.zip": "20 alphabets to validate and evaluate on",
        omniglot.RUNS_ARCHIVE: "Lake's 400 trials",
    }
    return "".join(f"Not installed: {name} ({purposes[name]}).\n" for name in state.missing).rstrip()


def download(arguments: argparse.Namespace) -> None:
    with progress_bar("Omniglot", "B") as report:
        omniglot.download(report)
    print(f"Omniglot is ready in {paths.data()}.")


def import_files(arguments: argparse.Namespace) -> None:
    with progress_bar("Omniglot", " drawings") as report:
        state = omniglot.import_folder(arguments.path, report)
    print(f"Omniglot is ready in {paths.data()}: {len(state.alphabets)} alphabets, {state.characters:,} characters.")
    if state.missing:
        print(_missing(state))
