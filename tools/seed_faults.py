"""Measure the share of single-line faults that the tests catch.

    python tools/seed_faults.py [--packages data] [--faults 250]

Faults are drawn with a seed, the same number in each package, all kinds in turn (tools/fault_kinds.py). Each is put
into a copy of the tree, one at a time, and the tests of the module are run until the first failure. Each test file is
run once without a fault first; a fault is caught when a file fails or takes much longer than then. The script prints
the share caught by package and the faults that survived. Faults that change no behaviour are listed in
equivalent_faults.txt.

Two libraries were tried first. mutmut 3.8 skips constants of modules and classes and functions with decorators, has no
swapped arguments, dropped locks or clips, and forks after TensorFlow has started threads, which hangs. cosmic-ray
starts a process for each fault, so TensorFlow is imported hundreds of times, and lacks the same faults. Here a fork
server that has imported the libraries, but nothing of this project, starts the processes. POSIX only.
"""

from __future__ import annotations

import argparse
import ast
import collections
import contextlib
import math
import multiprocessing
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.fault_kinds import Fault, faults_of

PACKAGES = ("data", "evaluation", "network", "runs", "ui")
TARGET = 0.85
LIBRARIES = ["tensorflow", "keras", "scipy.optimize", "skimage.morphology", "cv2", "streamlit.testing.v1", "hypothesis"]
TIME_LIMIT_FACTOR, TIME_LIMIT_EXTRA_SECONDS = 4, 30
OPTIONS = ["-x", "-q", "--no-header", "--hypothesis-seed=0", "-p", "no:cacheprovider"]
PAGE_TESTS = {
    "siamese/ui/draw": ("pages",),
    "siamese/ui/recognise": ("pages",),
    "siamese/ui/train": ("train_page",),
    "siamese/ui/evaluate": ("evaluate_page",),
    "siamese/ui/verify": ("verify_page",),
    "siamese/ui/teach": ("teach_page", "teach_refusals", "teach_sheet"),
    "siamese/ui/play": ("play_page", "class_round"),
    "siamese/ui/inside": ("inside_page",),
    "siamese/ui/explore": ("explore_page",),
    "siamese/ui/home": ("home_page",),
    "siamese/ui/follow": ("follow",),
    "siamese/ui/lesson": ("follow",),
}
"""Tests that run a complete page and so import nothing of the modules they test."""

EQUIVALENT = ROOT / "tools" / "equivalent_faults.txt"
"""Faults that change no behaviour and are not seeded: module, line with the fault and reason, a line each."""


def seeded(packages: list[str], modules: list[str], wanted: int, seed: int) -> list[Fault]:
    """The faults to try: `wanted` shared evenly among the packages, or that many among the given modules."""
    known = EQUIVALENT.read_text(encoding="utf-8").splitlines()
    equivalent = set(zip(known[0::4], known[1::4], strict=False))
    chosen = []
    groups = [modules] if modules else [sorted(_modules(package)) for package in packages]
    for number, group in enumerate(groups):
        faults = [
            fault
            for module in group
            for fault in faults_of(module, (ROOT / module).read_bytes())
            if (module, fault.reads) not in equivalent
        ]
        share = wanted // len(groups) + (number < wanted % len(groups))
        chosen += draw(faults, share, random.Random(seed))
    return sorted(chosen, key=lambda fault: (fault.module, fault.line))


def draw(faults: list[Fault], wanted: int, rng: random.Random) -> list[Fault]:
    """As many faults as wanted, all kinds in turn and at most one of a line."""
    left: dict[str, list[Fault]] = {}
    for fault in faults:
        left.setdefault(fault.kind, []).append(fault)
    drawn: list[Fault] = []
    while len(drawn) < wanted and any(left.values()):
        for kind in sorted(left):
            taken = {(fault.module, fault.line) for fault in drawn}
            left[kind] = [fault for fault in left[kind] if (fault.module, fault.line) not in taken]
            if left[kind] and len(drawn) < wanted:
                drawn.append(rng.choice(left[kind]))
    return drawn


def _modules(package: str) -> list[str]:
    return [str(file.relative_to(ROOT)) for file in (ROOT / "siamese" / package).rglob("*.py")]


def tests_of(module: str, root: pathlib.Path) -> list[str]:
    """The tests that mirror a module, then others of its package that import it, then those that run it in a page."""
    dotted = module.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    package = pathlib.Path("tests", module.split("/")[1])
    mirror = str(package / pathlib.Path(module).relative_to("siamese", package.name).with_name(f"test_{_stem(module)}"))
    importing = sorted(
        str(file.relative_to(root)) for file in (root / package).rglob("test_*.py") if dotted in _imports(file)
    )
    runs_in = [test for prefix, tests in PAGE_TESTS.items() if module.startswith(prefix) for test in tests]
    pages = [f"tests/pages/test_{test}.py" for test in runs_in]
    return [test for test in dict.fromkeys([mirror, *importing, *pages]) if (root / test).is_file()]


def _stem(module: str) -> str:
    path = pathlib.Path(module)
    return path.name if path.stem != "__init__" else f"{path.parent.name}.py"


def _imports(file: pathlib.Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


class Copy:
    """A copy of the tree, in which tests are run."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(LIBRARIES)
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\n")
        for name in filter(None, listed):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)

    def run(self, test: str, limit_seconds: float | None) -> tuple[int | None, float]:
        """(pytest's exit code, seconds); None when it took longer than the limit."""
        started = time.monotonic()
        process = self._context.Process(target=_run_test, args=(str(self.folder), test))
        process.start()
        process.join(limit_seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # also what the tests may have left running
        process.join()
        seconds = time.monotonic() - started
        late = limit_seconds is not None and seconds >= limit_seconds
        return None if late else process.exitcode, seconds

    @contextlib.contextmanager
    def fault(self, fault: Fault):
        """The tree with this fault."""
        file = self.folder / fault.module
        source = file.read_bytes()
        file.write_bytes(fault.apply(source))
        try:
            yield
        finally:
            file.write_bytes(source)


def _run_test(folder: str, test: str) -> None:
    import pytest

    os.setsid()
    os.chdir(folder)
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": folder}
    sys.dont_write_bytecode = True
    sys.path[:] = [folder, *(path for path in sys.path if path != str(ROOT))]
    for name in [name for name in sys.modules if name.split(".")[0] in ("tools", "siamese", "tests")]:
        del sys.modules[name]
    with open(pathlib.Path(folder) / "last-test-output.txt", "w") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        code = pytest.main([*OPTIONS, test])
    os._exit(int(code))  # without waiting for the tests' threads


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--packages", nargs="+", choices=PACKAGES, default=list(PACKAGES))
    parser.add_argument("--modules", nargs="+", default=[], metavar="siamese/x/y.py", help="only these modules")
    parser.add_argument("--faults", type=int, default=250, help="number of faults in all (default 250)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the drawing of faults (default 1)")
    parser.add_argument("--list", action="store_true", help="print the faults without running the tests")
    options = parser.parse_args()
    faults = seeded(options.packages, options.modules, options.faults, options.seed)
    if options.list:
        for fault in faults:
            print(fault)
        return 0
    os.nice(10)
    with tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True) as folder:
        results = _try_all(Copy(pathlib.Path(folder)), faults)
    return _report(results)


def _try_all(copy: Copy, faults: list[Fault]) -> list[tuple[Fault, str]]:
    """(fault, how it ended: caught, late, survived) of each."""
    plain_seconds: dict[str, float] = {}  # of each test file, without a fault
    results = []
    for number, fault in enumerate(faults, 1):
        outcome, started = "survived", time.monotonic()
        for test in tests_of(fault.module, copy.folder):
            if test not in plain_seconds:
                code, seconds = copy.run(test, None)
                plain_seconds[test] = seconds if code == 0 else math.inf
                if code:
                    print(f"{test} fails without a fault and is left out.")
            if outcome == "survived" and plain_seconds[test] < math.inf:
                with copy.fault(fault):
                    code, _ = copy.run(test, TIME_LIMIT_FACTOR * plain_seconds[test] + TIME_LIMIT_EXTRA_SECONDS)
                outcome = {0: "survived", None: "late"}.get(code, "caught")
            if outcome != "survived":
                break
        results.append((fault, outcome))
        print(f"{number}/{len(faults)} {outcome:8} {time.monotonic() - started:4.0f} s  {fault}", flush=True)
    return results


def _report(results: list[tuple[Fault, str]]) -> int:
    """Print the share caught by package and the survivors; 1 when a package is below the target."""
    by_package: dict[str, list[tuple[Fault, str]]] = collections.defaultdict(list)
    for fault, outcome in results:
        by_package[fault.module.split("/")[1]].append((fault, outcome))
    print()
    low = False
    for package, tried in by_package.items():
        caught = sum(outcome != "survived" for _, outcome in tried)
        low |= caught < TARGET * len(tried)
        print(f"{package:12} {caught:4} of {len(tried):4} caught ({caught / len(tried):.0%})")
    print("\nSurvivors:")
    for fault, outcome in results:
        if outcome == "survived":
            print(fault)
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
