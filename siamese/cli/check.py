"""python -m siamese check: what works on this machine, and what to do about what does not."""

from __future__ import annotations

import argparse
import dataclasses
import os
import platform
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator

import psutil

from siamese import paths
from siamese.cli.terminal import print_result
from siamese.data import builtin, omniglot
from siamese.errors import UserError

PORT = 8501
MIN_FREE_BYTES = 1_000_000_000
"""A training run keeps two checkpoints of up to 450 MB."""
PYTHONS = ((3, 10), (3, 13))


@dataclasses.dataclass(frozen=True)
class Finding:
    """One line of the check. advice: what to do; "" when it works."""

    what: str
    words: str
    advice: str = ""


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    parser = commands.add_parser("check", help="say what works on this machine, and what to do where something fails")
    parser.add_argument("--port", type=int, default=PORT, help="of the app (default: %(default)s)")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(call=check)


def check(arguments: argparse.Namespace) -> None:
    findings = [*_python(), *_data(), *_disk(), *_network(), *_ports(arguments.port)]
    wrong = [finding for finding in findings if finding.advice]
    lines = []
    for finding in findings:
        lines.append(f"{'FAILS' if finding.advice else 'ok':5}  {finding.what}: {finding.words}")
        lines += [f"       {finding.advice}"] if finding.advice else []
    print_result(arguments, [dataclasses.asdict(finding) for finding in findings], lines)
    if wrong:
        raise SystemExit(1)


def _python() -> Iterator[Finding]:
    lowest, highest = PYTHONS
    words = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    fits = lowest <= sys.version_info[:2] <= highest
    yield Finding("Python", words, "" if fits else "Install Python 3.10 to 3.13 and make the environment anew.")


def _data() -> Iterator[Finding]:
    try:
        characters = builtin.load()
        yield Finding("Built-in alphabets", f"{len(characters.alphabets)} alphabets")
    except UserError as error:
        yield Finding("Built-in alphabets", "cannot be read", str(error))
    state = omniglot.state()
    if state.problem == omniglot.MISSING:
        yield Finding("Omniglot", "not installed (optional)")
    elif state.problem:
        yield Finding("Omniglot", "cannot be read", state.problem)
    elif not state.imported:
        yield Finding("Omniglot", f"is imported from {paths.omniglot_source()} on first use")
    else:
        missing = f"; missing: {', '.join(state.missing)}" if state.missing else ""
        yield Finding("Omniglot", f"{len(state.alphabets)} alphabets, {state.characters:,} characters{missing}")


def _disk() -> Iterator[Finding]:
    home = paths.home()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(b"ink")
        free = shutil.disk_usage(home).free
    except OSError as error:
        reason = error.strerror or str(error)
        yield Finding("Data folder", f"{home} cannot be written: {reason}", "Set SIAMESE_HOME to another folder.")
        return
    advice = "" if free >= MIN_FREE_BYTES else "Training needs 1 GB: make room or set SIAMESE_HOME to another disk."
    yield Finding("Data folder", f"{home}, {free / 1e9:.1f} GB free", advice)


def _network() -> Iterator[Finding]:
    """Weights, TensorFlow and each device, tried out."""
    try:
        from siamese.network import device_check, matcher, weights
    except ImportError as error:
        yield Finding(
            "TensorFlow",
            str(error).splitlines()[0],
            "Run `pip install -r requirements.txt` in the environment; macOS on Intel has no TensorFlow 2.21.",
        )
        return
    yield Finding("TensorFlow", device_check.TENSORFLOW)
    try:
        weights.load(matcher.SHIPPED)
        yield Finding("Weights", str(matcher.SHIPPED.name))
    except UserError as error:
        yield Finding("Weights", "cannot be read", f"{error} Download the project again.")
        return
    devices = device_check.check_devices()
    for tried in devices:
        words = (
            f"answers in {1000 * tried.answer_seconds:.0f} ms, trains in {tried.step_seconds:.2f} s per step"
            if not tried.problem
            else tried.problem
        )
        advice = "Update its driver, or set CUDA_VISIBLE_DEVICES=-1 to use the CPU." if tried.problem else ""
        yield Finding(tried.name, words, advice)
    used = device_check.precision()
    yield Finding("Used", f"{used.device}: answers in {used.serving}, trains in {used.training}")
    if shutil.which("nvidia-smi") and not any("GPU" in tried.name for tried in devices):
        yield Finding(
            "GPU", "there is an NVIDIA driver, but TensorFlow finds no GPU", "Install requirements-gpu.txt (Linux)."
        )


def _ports(port: int) -> Iterator[Finding]:
    """Whether the app's port is free, and at which addresses a browser reaches it."""
    with socket.socket() as server:
        try:
            if os.name != "nt":  # Windows would let two programs share the port
                server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(("127.0.0.1", port))
            server.listen()
            with socket.create_connection(server.getsockname(), timeout=5):
                yield Finding("Port", f"{port} is free, and this machine's browser reaches it: http://localhost:{port}")
        except (OSError, OverflowError) as error:
            yield Finding(
                "Port",
                f"{port} cannot be used: {getattr(error, 'strerror', None) or error}",
                "Close the program that uses it, or start the app with `--server.port` and another number.",
            )
    addresses = sorted(
        entry.address
        for interface in psutil.net_if_addrs().values()
        for entry in interface
        if entry.family == socket.AF_INET and not entry.address.startswith("127.")
    )
    shown = ", ".join(f"http://{address}:{port}" for address in addresses) or "this machine is on no network"
    yield Finding("Other machines", f"{shown} (when the app is open to the network, and no firewall is between)")
