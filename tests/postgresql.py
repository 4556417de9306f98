"""A PostgreSQL server of the tests' own, in a temporary folder and on a socket in it: for tests and benchmarks."""

from __future__ import annotations

import contextlib
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator

FOLDERS = "/usr/lib/postgresql"
"""Where Debian installs PostgreSQL, a folder for each version; its programs are not on PATH."""
OPTIONS = "-c listen_addresses='' -c max_connections=120"
START_TIMEOUT_SECONDS = 60


def programs() -> pathlib.Path | None:
    """The folder of initdb and pg_ctl, of the newest version; None where PostgreSQL is not installed."""
    folders = sorted(pathlib.Path(FOLDERS).glob("*/bin"), key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("pg_ctl")
    if folders:
        return folders[-1]
    return pathlib.Path(on_path).parent if on_path else None


@contextlib.contextmanager
def serve(bin_folder: pathlib.Path) -> Iterator[str]:
    """Address of an empty database; the server ends with the context. PostgreSQL refuses to run as root, so root lends
    it another user."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:  # short: a socket's path has at most 107 bytes
        folder, user = pathlib.Path(name), _unprivileged()
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        data = folder / "data"
        _run(user, bin_folder / "initdb", "-D", data, "-U", "class", "--auth=trust", "-E", "UTF8", "--no-locale")
        control = ["-D", data, "-w", "-t", START_TIMEOUT_SECONDS, "-l", folder / "log", "-o", f"{OPTIONS} -k {folder}"]
        _run(user, bin_folder / "pg_ctl", *control, "start")
        try:
            yield f"postgresql://class@/postgres?host={folder}"
        finally:
            _run(user, bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _unprivileged() -> str:
    """A user to run PostgreSQL as; "" where this process is not root's."""
    if os.geteuid() != 0:
        return ""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(user: str, *command: object) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(
        ["setpriv", f"--reuid={user}", "--regid=nogroup", "--clear-groups", *words] if user else words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        timeout=2 * START_TIMEOUT_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed:\n{done.stdout}")
