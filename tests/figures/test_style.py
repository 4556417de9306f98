"""Every figure: readable in both themes and at both sizes, its texts shown as they are."""

from __future__ import annotations

import dataclasses
import pathlib
import subprocess
import sys

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.figures import style

HALF_IMPORTED = """
import sys, threading, time
class Slow:
    @staticmethod
    def find_spec(name, *_):
        if name == "pandas._config":
            time.sleep(0.3)
sys.meta_path.insert(0, Slow)
threading.Thread(target=__import__, args=("pandas",)).start()
while "pandas" not in sys.modules:
    time.sleep(0.001)
from siamese.figures import style
import plotly.graph_objects as go
go.Scatter(x=[1, 2])
"""

THEMES = {"light": style.LIGHT, "dark": style.DARK}


def luminance(color: str) -> float:
    """Relative luminance of #RRGGBB (WCAG 2)."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_lines_stand_out_from_the_paper_and_texts_can_be_read(theme):
    colours = dataclasses.asdict(THEMES[theme])
    paper = colours.pop("paper")
    lines = {name: contrast(color, paper) for name, color in colours.items() if name != "hairline"}
    assert min(lines.values()) > 2.1, lines
    assert lines["ink"] > 12
    assert lines["muted"] > 4.5
    assert lines["network"] > 4.5


def test_the_page_and_its_figures_have_the_same_paper():
    tomllib = pytest.importorskip("tomllib")
    config = tomllib.loads((pathlib.Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text())
    for name, colours in THEMES.items():
        assert config["theme"][name]["backgroundColor"] == colours.paper
        assert config["theme"][name]["textColor"] == colours.ink


@settings(max_examples=20, deadline=None)  # figures are slow to build
@given(st.text(max_size=60), st.text(max_size=200), st.booleans())
def test_texts_bring_no_markup(title, protocol, dark):
    figure = style.lay_out(go.Figure(), dark, title + "<b>", protocol + ' <a href="x">', "N", "%")
    assert figure.layout.title.text.count("<") == 2
    assert "<a" not in figure.layout.title.subtitle.text


def test_a_long_protocol_has_lines_that_a_phone_shows_and_room_for_them():
    short, long = (style.lay_out(go.Figure(), False, "T", "word " * count, "", "") for count in (5, 50))
    lines = long.layout.title.subtitle.text.split("<br>")
    assert all(len(line) <= 62 for line in lines)
    assert " ".join(lines) == "word " * 49 + "word"
    assert long.layout.margin.t - short.layout.margin.t == 17 * (len(lines) - 1)


def test_large_text_enlarges_every_text_and_the_figure():
    small, large = (
        style.lay_out(go.Figure(), False, "T", "protocol", "x", "y", 400, scale=scale).layout for scale in (1, 1.5)
    )
    assert (small.height, large.height) == (400, 600)
    for path in ("font", "title.font", "title.subtitle.font", "legend.font", "xaxis.tickfont", "yaxis.title.font"):
        assert large[path].size == 1.5 * small[path].size, path
        assert small[path].size >= 12, path


def test_every_curve_has_a_colour_of_the_palette():
    assert all(hasattr(style.LIGHT, line.color) for line in style.LINES.values())
    assert {key: style.LINES[key].color for key in ("network", "training", "nearest")} == {
        "network": "network",
        "training": "network_seen",
        "nearest": "nearest",
    }


def test_the_camera_saves_what_was_asked_for():
    options = style.config("curve", "svg")["toImageButtonOptions"]
    assert (options["format"], options["filename"]) == ("svg", "curve")


def test_a_figure_waits_for_an_import_in_another_thread():
    done = subprocess.run([sys.executable, "-c", HALF_IMPORTED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
