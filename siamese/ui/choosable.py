"""Markup of which parts can be chosen, by mouse, finger and keyboard: blocks of a network, maps, alphabets.

If other markup takes the place of what was chosen, it is scrolled into view, and the keyboard goes on from its start.
"""

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
    const other = root.markup && root.view !== data.view;
    root.innerHTML = root.markup = data.markup;
    root.view = data.view;
    const parts = [...root.querySelectorAll("[data-choice]")];
    const same = parts.find((part) => part.dataset.choice === focused);
    if (here && focused) (same ?? (other ? parts[0] : null))?.focus({ preventScroll: true });
    if (other && root.getBoundingClientRect().top < 0) root.scrollIntoView();
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


def choosable(markup: str, key: str, choose: Callable[[str], None], view: str = "") -> None:
    """Show markup of ours; choose is called with the `data-choice` of the part that a person chose.

    view: names what is shown; where it changes, another view has taken the place of the one before.
    """

    def chosen() -> None:
        if value := st.session_state[key].choice:
            choose(str(value))

    _declare()(key=key, data={"markup": markup, "view": view}, on_choice_change=chosen)
