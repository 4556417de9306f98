"""The head of a page and the wait for the network, run by Streamlit's own test runner."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from siamese.ui import models
from tests import networks


def opening() -> None:
    from siamese.ui import page

    page.opening("Title <1>", "A sentence & more.")


def waiting() -> None:
    import streamlit as st

    from siamese.ui import page

    st.session_state.setdefault("large", False)
    page.wait_for_network()


def run(script, **session) -> AppTest:
    app = AppTest.from_function(script)
    for name, value in session.items():
        app.session_state[name] = value
    app.run(timeout=60)
    assert [error.value for error in app.exception] == []
    return app


def markup(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("large", [False, True])
def test_a_page_opens_with_its_title_a_sentence_and_links_to_all_pages(monkeypatch, large):
    monkeypatch.setattr(st, "page_link", lambda script, label: st.caption(f"{script} {label}"))
    app = run(opening, large=large, network="", hide=[])
    assert [title.value for title in app.title] == ["Title <1>"]
    assert '<p class="lead">A sentence &amp; more.</p>' in markup(app)
    assert [caption.value for caption in app.caption] == [
        "pages/home.py Start",
        "pages/recognise.py Recognise",
        "pages/verify.py Verify",
        "pages/teach.py Teach",
        "pages/play.py Play",
        "pages/train.py Train",
        "pages/evaluate.py Evaluate",
        "pages/inside.py Inside",
        "pages/explore.py Explore",
    ]
    assert app.toggle(key="large").value is large
    assert ("font-size: 130%" in markup(app)) is large


def test_a_failure_of_the_network_is_shown_as_text(monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.failed("koch.safetensors is [missing](x)."))
    assert [error.value for error in run(waiting).error] == [r"koch.safetensors is \[missing\]\(x\)."]


@pytest.mark.parametrize("job", [networks.ready(object()), networks.loading()])
def test_nothing_is_shown_while_the_network_is_loading_or_ready(monkeypatch, job):
    monkeypatch.setattr(models, "_shipped", job)
    assert len(run(waiting).error) == 0
