"""python -m siamese weights import: weights that another program trained."""

from __future__ import annotations

import argparse
import pathlib
import sys

from siamese.cli.terminal import print_result, progress_bar

READING_PERCENT = 55
"""Of the time that an import takes; the rest is writing. 156 MB took 2.1 s, of which reading took 1.1 s."""


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    weights = commands.add_parser("weights", help="import weights from Keras or PyTorch").add_subparsers(
        required=True, metavar="command"
    )
    imported = weights.add_parser(
        "import", help="read Koch's network from a .h5 or .keras file of Keras, or a .safetensors file of PyTorch"
    )
    imported.add_argument("file", type=pathlib.Path)
    imported.add_argument("--to", type=pathlib.Path, help="the file to write (default: FILE's name with .safetensors)")
    imported.add_argument(
        "--ink", type=float, default=0.0, help="value of ink in the drawings it was trained on (default: %(default)g)"
    )
    imported.add_argument("--paper", type=float, default=1.0, help="value of paper in them (default: %(default)g)")
    imported.add_argument(
        "--names", type=pathlib.Path, help='PyTorch: a JSON file from our names to the file\'s, {"conv1.kernel": ...}'
    )
    imported.add_argument("--json", action="store_true")
    imported.set_defaults(call=import_file)


def import_file(arguments: argparse.Namespace) -> None:
    from siamese.network.foreign import source

    names = source.read_names(arguments.names) if arguments.names else None
    target = arguments.to or arguments.file.with_suffix(".safetensors")
    if sys.stderr.isatty():
        print(f"{arguments.file} is being read ...", file=sys.stderr)
    with progress_bar("Importing", "%") as report:
        imported = source.read(arguments.file, arguments.ink, arguments.paper, names)
        report(READING_PERCENT, 100)
        source.write(imported, target)
        report(100, 100)
    parameters = sum(tensor.size for tensor in imported.columns[0].values())
    result = {"to": str(target), "parameters": parameters, "origin": source.ORIGIN, "normalised": False}
    lines = [
        f"{target}: {parameters:,} parameters, {source.ORIGIN}; drawings are not normalised.",
        f"Read as trained with ink {arguments.ink:g} and paper {arguments.paper:g}; if it answers badly, try the "
        "reverse with --ink and --paper.",
    ]
    print_result(arguments, result, lines)
