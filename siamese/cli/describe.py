"""python -m siamese describe: the layers of the network, their shapes and parameters, and a drawing of it."""

from __future__ import annotations

import argparse
import dataclasses
import os
import pathlib
from typing import TYPE_CHECKING

from siamese.cli.terminal import print_result
from siamese.errors import UserError

if TYPE_CHECKING:
    from siamese.network.architecture import Block


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    parser = commands.add_parser("describe", help="print the network's layers, shapes and parameters; draw it")
    parser.add_argument("--to", type=pathlib.Path, help="writes a drawing, as this name with .svg and .png added")
    parser.add_argument("--weights", type=pathlib.Path, help="a weights file other than the shipped one")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(call=describe)


def describe(arguments: argparse.Namespace) -> None:
    from siamese import paths
    from siamese.network import architecture, weights

    source = arguments.weights or paths.ASSETS / "koch.safetensors"
    loaded = weights.load(source)
    columns = len(loaded.columns)
    blocks = architecture.blocks(loaded.config, columns)
    parameters, trained = architecture.total(blocks)
    result = {
        "weights": str(source),
        "columns": columns,
        "parameters": parameters,
        "trained": trained,
        "blocks": [dataclasses.asdict(block) for block in blocks],
        "files": [str(file) for file in _draw(arguments.to, blocks, columns)],
    }
    lines = [*table(blocks), "", f"Parameters: {parameters:,}"]
    if columns > 1:
        lines.append(
            f"Trained: {trained:,}. The network is {columns} columns side by side; weights between columns are zero."
        )
    lines += [f"Written: {', '.join(result['files'])}"] if result["files"] else []
    print_result(arguments, result, lines)


def table(blocks: list[Block]) -> list[str]:
    """The blocks as lines of text in columns."""
    head = ("block", "what it does", "output", "parameters", "trained", "receptive field")
    rows = [head]
    for block in blocks:
        counts = [f"{count:,}" if count else "" for count in (block.parameters, block.trained)]
        field = f"{block.receptive} × {block.receptive} px" if block.kind in ("conv", "pool") else ""
        rows.append((block.title, block.note, block.size, *counts, field))
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    right = (False, False, True, True, True, True)
    return [
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in rows
    ]


def _draw(target: pathlib.Path | None, blocks: list[Block], columns: int) -> list[pathlib.Path]:
    if target is None:
        return []
    if not target.name or not os.path.isdir(target.parent):
        raise UserError(f"--to {target}: give a name for the files in a folder that exists.")
    from siamese.figures import architecture

    files = [target.with_name(f"{target.name}.{ending}") for ending in ("svg", "png")]
    try:
        architecture.save(blocks, columns, files)
    except OSError as error:
        raise UserError(f"{error.filename or target}: the drawing cannot be written: {error.strerror}.") from error
    return files
