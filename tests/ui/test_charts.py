"""Charts: their size, theme and the file that the camera button saves."""

from __future__ import annotations

import types

import plotly.graph_objects as go
import pytest
import streamlit as st

from siamese.ui import charts


@pytest.fixture
def session(monkeypatch) -> dict:
    session = {"large": False}
    monkeypatch.setattr(st, "session_state", session)
    return session


def test_large_text_enlarges_the_text_of_figures_by_30_percent(session):
    assert charts.scale() == 1.0
    session["large"] = True
    assert charts.scale() == 1.3


@pytest.mark.parametrize(("theme", "dark"), [("dark", True), ("light", False), (None, False)])
def test_figures_follow_the_theme_of_the_browser(monkeypatch, theme, dark):
    monkeypatch.setattr(st, "context", types.SimpleNamespace(theme=types.SimpleNamespace(type=theme)))
    assert charts.dark() is dark


@pytest.mark.parametrize("picture", ["png", "svg"])
def test_the_camera_saves_a_chart_under_its_name_in_the_chosen_format(session, monkeypatch, picture):
    shown = []
    monkeypatch.setattr(st, "plotly_chart", lambda figure, **options: shown.append((figure, options)))
    session["picture_format"] = picture
    figure = go.Figure()
    charts.chart(figure, "accuracy", "Accuracy against N.")
    ((drawn, options),) = shown
    assert drawn is figure
    assert (options["theme"], options["key"], options["alt"]) == (None, "chart accuracy", "Accuracy against N.")
    assert options["config"]["toImageButtonOptions"]["filename"] == "accuracy"
    assert options["config"]["toImageButtonOptions"]["format"] == picture
