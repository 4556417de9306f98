"""python -m siamese data status|download|import|list|export|delete: Omniglot, and alphabets of your own."""

from __future__ import annotations

import argparse
import os
import pathlib

from siamese import paths
from siamese.cli.terminal import print_result, progress_bar
from siamese.data import archives, builtin, omniglot, own
from siamese.data.file_tree import FileTree
from siamese.data.own import file_format
from siamese.data.own.importing import import_path
from siamese.errors import UserError


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    data = commands.add_parser("data", help="show, download or import data sets").add_subparsers(
        required=True, metavar="command"
    )
    status = data.add_parser("status", help="show what is installed")
    status.add_argument("--json", action="store_true")
    status.set_defaults(call=show_status)
    data.add_parser("download", help="download Omniglot (16 MB)").set_defaults(call=download)
    imported = data.add_parser(
        "import",
        help="import Omniglot from a folder or a zip, in any layout, or your own alphabets from a folder or a zip of "
        "alphabet/character/picture or a JSON file",
    )
    imported.add_argument("path", type=pathlib.Path)
    imported.add_argument("--name", default="", help="your own alphabets' name (default: the file's or folder's)")
    imported.set_defaults(call=import_files)
    listed = data.add_parser("list", help="list your own alphabets")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(call=list_own)
    exported = data.add_parser("export", help="write your own alphabets to a JSON file")
    exported.add_argument("key", help="as `data list` shows it")
    exported.add_argument("file", type=pathlib.Path)
    exported.set_defaults(call=export_own)
    deleted = data.add_parser("delete", help="delete your own alphabets")
    deleted.add_argument("key", help="as `data list` shows it")
    deleted.set_defaults(call=delete_own)


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
    if arguments.name or not is_omniglot(arguments.path):
        import_own(arguments)
        return
    with progress_bar("Omniglot", " drawings") as report:
        state = omniglot.import_folder(arguments.path, report)
    print(f"Omniglot is ready in {paths.data()}: {len(state.alphabets)} alphabets, {state.characters:,} characters.")
    if state.missing:
        print(_missing(state))


def is_omniglot(path: pathlib.Path) -> bool:
    """Whether a path is to be imported as Omniglot; so is one that cannot be read, which gives the reason."""
    if path.suffix.lower() == ".json":
        return False
    with FileTree(path) as tree:
        return archives.is_omniglot(tree)


def share_own_sets() -> None:
    """Use the own sets of the servers that share a database, if DATABASE_URL names one. Raises UserError."""
    if not os.environ.get("DATABASE_URL"):
        return  # without the second that SQLAlchemy takes to load
    from siamese.classroom.own_shelf import DatabaseShelf
    from siamese.classroom.store import Store

    shared = Store().database
    own.use(DatabaseShelf(lambda: shared))


def import_own(arguments: argparse.Namespace) -> None:
    with progress_bar("Your own alphabets", " pictures") as report:
        imported = import_path(arguments.path, arguments.name, report)
    key = own.keep(imported.own)
    print(f"Imported as {key}. {_words(imported.own)}. Use --alphabet {key}, or choose it under Data on Recognise.")
    for note in imported.notes:
        print(UserError(note))


def _words(alphabets: file_format.OwnSet) -> str:
    counts = zip(alphabets.counts, ("alphabet", "character", "drawing"), strict=True)
    return f"{alphabets.name}: " + ", ".join(f"{count:,} {word}{'s' * (count != 1)}" for count, word in counts)


def list_own(arguments: argparse.Namespace) -> None:
    result, lines = {}, []
    for key, name in own.names().items():
        try:
            alphabets = own.load(key)
        except UserError as error:
            result[key] = {"name": name, "problem": str(error)}
            lines.append(f"{key}  {error}")
            continue
        names = ("alphabets", "characters", "drawings")
        result[key] = {"name": name, **dict(zip(names, alphabets.counts, strict=True))}
        lines.append(f"{key}  {_words(alphabets)}")
    print_result(arguments, result, lines or ["There are none: `data import PATH` imports a folder of pictures."])


def export_own(arguments: argparse.Namespace) -> None:
    content = file_format.write(own.load(arguments.key))
    try:
        arguments.file.write_bytes(content)
    except OSError as error:
        raise UserError(f"{arguments.file} cannot be written: {error.strerror or error}.") from error
    print(f"{arguments.file}: {len(content):,} bytes.")


def delete_own(arguments: argparse.Namespace) -> None:
    own.delete(arguments.key)
    print(f"{arguments.key} is deleted.")
