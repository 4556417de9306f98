"""The layout's floors: imports go downwards only, and heavy libraries stay where they belong."""

from __future__ import annotations

import ast
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLOORS = [
    {
        "siamese.errors",
        "siamese.config",
        "siamese.flat_config",
        "siamese.presets",
        "siamese.paths",
        "siamese.logs",
        "siamese.reading",
    },
    {"siamese.data"},
    {"siamese.evaluation"},
    {"siamese.network"},
    {"siamese.runs", "siamese.classroom", "siamese.figures"},
    {"siamese.cli", "siamese.ui", "siamese.__main__"},
    {"pages", "navigation", "app"},
]
"""From the ground up; a module may import its own floor's package and whatever is below."""

MODULES = sorted([*ROOT.glob("siamese/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py", ROOT / "navigation.py"])


def imports(file: pathlib.Path, at_import_only: bool = False) -> set[str]:
    """Dotted names a module imports; with `at_import_only` not those inside functions or under TYPE_CHECKING."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    if at_import_only:
        nodes = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def floor(name: str) -> int | None:
    """The floor of a module by its dotted name; None for libraries and for the bare package."""
    for number, packages in enumerate(FLOORS):
        if any(name == package or name.startswith(package + ".") for package in packages):
            return number
    return None


def dotted(file: pathlib.Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("file", MODULES, ids=dotted)
def test_imports_go_downwards(file):
    own = floor(dotted(file))
    if dotted(file) == "siamese":
        assert not imports(file) & {"siamese.data", "siamese.network", "siamese.ui"}
        return
    assert own is not None, f"{file} is on no floor: give it one in FLOORS"
    above = {name for name in imports(file) if (floor(name) or 0) > own}
    assert not above


@pytest.mark.parametrize("file", MODULES, ids=dotted)
def test_heavy_libraries_stay_in_their_rooms(file):
    name, used = dotted(file), {module.split(".")[0] for module in imports(file)}
    if not name.startswith("siamese.network") and name != "siamese.ui.models":
        assert not used & {"tensorflow", "keras"}
    if not name.startswith(("siamese.ui", "pages", "navigation", "app")):
        assert "streamlit" not in used
    if name.startswith("siamese.evaluation"):
        assert not {module for module in imports(file) if module.startswith("siamese.network")}
    if name.startswith("pages"):
        assert not imports(file) & {"siamese.network.trainer", "siamese.network"}


@pytest.mark.parametrize("file", [f for f in MODULES if not dotted(f).startswith("siamese.network")], ids=dotted)
def test_nothing_imports_tensorflow_while_it_is_imported(file):
    direct = imports(file, at_import_only=True)
    assert not {module for module in direct if module.startswith(("tensorflow", "keras", "siamese.network"))}
