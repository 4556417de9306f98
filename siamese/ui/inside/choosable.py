"""Markup of which parts can be chosen, by mouse, finger and keyboard: a drawing of the network, a grid of maps."""

from __future__ import annotations

import functools
from collections.abc import Callable

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".choosable");
  const focused = document.activeElement?.dataset?.choice;
  const here = root.contains(document.activeElement);
  if (root.markup !== data.markup) {
    root.innerHTML = root.markup = data.markup;
    if (here && focused) root.querySelector(`[data-choice="${focused}"]`)?.focus();
  }
  const choose = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    const part = event.target.closest("[data-choice]");
    if (!part) return;
    event.preventDefault();
    setTriggerValue("choice", part.dataset.choice);
  };
  root.onclick = choose;
  root.onkeydown = choose;
}
"""


@functools.cache
def _declare() -> ComponentRenderer:
    return st.components.v2.component(
        "siamese_choosable", html='<div class="choosable"></div>', js=_JS, isolate_styles=False
    )


def choosable(markup: str, key: str, choose: Callable[[str], None]) -> None:
    """Show markup of ours; choose is called with the `data-choice` of the part that a person chose."""

    def chosen() -> None:
        if value := st.session_state[key].choice:
            choose(str(value))

    _declare()(key=key, data={"markup": markup}, on_choice_change=chosen)
