"""python -m siamese class: open the app to the local network, so that a class can join."""

from __future__ import annotations

import argparse
import subprocess
import sys

from siamese import paths
from siamese.errors import UserError

EVERY_ADDRESS = "0.0.0.0"
MAX_PORT = 65_535
INTERRUPTED = (-2, 130)  # how a process that Ctrl+C ended reports itself


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    opened = commands.add_parser("class", help="open the app to the local network, so that a class can join")
    opened.add_argument("--port", type=_port, default=8501, help="(default: %(default)d)")
    opened.set_defaults(call=open_class)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MAX_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, a whole number from 1 to {MAX_PORT}")
    return int(text)


def open_class(arguments: argparse.Namespace) -> None:
    """Run the app until it is stopped. Raises UserError when it cannot be started."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = [f"--server.address={EVERY_ADDRESS}", f"--server.port={arguments.port}"]
    try:
        code = subprocess.call([*command, *options], cwd=paths.ASSETS.parent)
    except OSError as error:
        raise UserError(f"The app could not be started: {error.strerror or error}.") from error
    if code and code not in INTERRUPTED:
        raise UserError(f"The app ended with code {code}: its last lines above say why.")
