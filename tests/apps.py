"""Parts of pages as apps of their own, run by Streamlit's test runner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest


def app_of(script: Callable[..., None], *arguments: Any, **session: Any) -> AppTest:
    """Run a function as the script of an app, with this session state, and see that it ends without an exception.

    A name `home__step` in the session stands for the key "home:step".
    """
    app = AppTest.from_function(script, default_timeout=60, args=arguments)
    for key, value in session.items():
        app.session_state[key.replace("__", ":")] = value
    return ran(app.run())


def part_of(part: Callable[..., Any], *arguments: Any, **session: Any) -> AppTest:
    """Call a part of a page as an app, with the choices of a new visitor; what it returns is `returned` in the
    session."""
    return app_of(_part, part, *arguments, **session)


def _part(part, *arguments):
    import streamlit as st

    from siamese.ui import state

    state.begin()
    st.session_state["returned"] = part(*arguments)


def ran(app: AppTest) -> AppTest:
    """The app, which must have run without an exception."""
    errors = [error.value for error in app.exception]
    assert not errors, errors
    anchors = [heading.value for heading in (*app.title, *app.header) if not heading.proto.hide_anchor]
    assert not anchors, f"These headings have an anchor, which appears under the pointer: {anchors}"
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Press the button with this label or key."""
    (button,) = (button for button in app.button if label in (button.label, button.key))
    return ran(button.click().run())


def markup(app: AppTest) -> str:
    """All HTML of the page."""
    return "\n".join(element.proto.body for element in app.get("html"))


def buttons(app: AppTest) -> dict[str, bool]:
    """The labels of the buttons, and whether each can be pressed."""
    return {button.label: not button.disabled for button in app.button}


def beside(app: AppTest) -> list[list[str]]:
    """The labels of the widgets that stand side by side, for each container that puts them there."""
    found = []

    def labels(node: Any) -> list[str]:
        children = list(getattr(node, "children", {}).values())
        own = [label for child in children for label in labels(child)]
        flex = getattr(getattr(node, "proto", None), "flex_container", None)
        if children and flex is not None and flex.direction == flex.HORIZONTAL:
            found.append(own)
        return own if children else [node.label] if hasattr(node, "label") else []

    labels(app.main)
    return found
