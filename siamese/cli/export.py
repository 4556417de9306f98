"""python -m siamese export: the network as a file for other programs."""

from __future__ import annotations

import argparse
import pathlib

from siamese.cli.terminal import print_result


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    export = commands.add_parser("export", help="export the network (two drawings -> similarity) for other programs")
    export.add_argument(
        "--format", choices=("keras", "savedmodel", "tflite"), default="keras", help="default: %(default)s"
    )
    export.add_argument("--to", type=pathlib.Path, required=True, help="the file to write; for savedmodel a folder")
    export.add_argument("--weights", type=pathlib.Path, help="a weights file other than the shipped one")
    export.add_argument("--json", action="store_true")
    export.set_defaults(call=write)


def write(arguments: argparse.Namespace) -> None:
    from siamese.network import export, weights
    from siamese.network.matcher import SHIPPED

    source = arguments.weights or SHIPPED
    loaded = weights.load(source)
    export.export(loaded, arguments.format, arguments.to)
    result = {
        "format": arguments.format,
        "to": str(arguments.to),
        "bytes": export.size(arguments.to),
        "weights": str(source),
    }
    result["normalised"] = bool(loaded.record.get("normalised"))
    megabytes = result["bytes"] / 1e6
    takes = "Inputs `first` and `second`: float32 (batch, 105, 105, 1), ink 1, paper 0; output: similarity (batch, 1)."
    lines = [f"{arguments.to}: {arguments.format}, {megabytes:.1f} MB.", takes]
    if result["normalised"]:
        lines.append(
            "It was trained on normalised drawings: normalise yours first (`siamese.data.normalise.normalise`)."
        )
    print_result(arguments, result, lines)
