"""Imported first, it hides from this project's code what only POSIX systems have, as on Windows.

Libraries keep it: theirs are other builds on Windows. `sitecustomize.py` of a test imports it in every process.
"""

from __future__ import annotations

import builtins
import os
import signal
import types

MODULES = ("fcntl", "grp", "pty", "pwd", "resource", "termios")
NAMES = {
    "os": "nice getsid setsid fork killpg getpgid getuid geteuid sched_getaffinity statvfs uname mkfifo O_NONBLOCK "
    "O_DIRECTORY O_NOFOLLOW fchmod WNOHANG",
    "signal": "SIGKILL SIGPROF SIGALRM SIGHUP SIGUSR1 SIGUSR2 SIGPIPE setitimer ITIMER_PROF alarm pause",
}
OURS = ("siamese", "pages", "navigation", "app", "__main__")


def _without(module: types.ModuleType, names: str) -> types.ModuleType:
    """A copy of a module that lacks these names."""
    copy = types.ModuleType(module.__name__)
    copy.__dict__.update({name: value for name, value in vars(module).items() if name not in names.split()})
    return copy


HIDDEN = {"os": _without(os, NAMES["os"]), "signal": _without(signal, NAMES["signal"])}
HIDDEN["os"].name = "nt"
_import = builtins.__import__


def _import_as_on_windows(name, globals=None, locals=None, fromlist=(), level=0):
    importer = (globals or {}).get("__name__", "").split(".")[0]
    if importer in OURS and level == 0:
        if name in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name in HIDDEN:
            return HIDDEN[name]
    return _import(name, globals, locals, fromlist, level)


builtins.__import__ = _import_as_on_windows
