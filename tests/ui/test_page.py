"""The head of a page and the wait for the network, run by Streamlit's own test runner."""

from __future__ import annotations

import contextlib

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from siamese.ui import models, page
from tests import networks
from tests.apps import part_of


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


@pytest.mark.parametrize(("title", "here"), [("Play", "Play"), ("Same or different", "Start"), ("Start", "Start")])
def test_on_phones_the_page_that_is_shown_is_marked(title, here, monkeypatch):
    marked, within = [], []
    container = st.container

    @contextlib.contextmanager
    def noted(**options):
        within.append(options.get("key"))
        with container(**options) as made:
            yield made
        within.pop()

    def page_link(script, label):
        if "this_page" in within:
            marked.append(label)

    monkeypatch.setattr(st, "container", noted)
    monkeypatch.setattr(st, "page_link", page_link)
    part_of(page.opening, title, "Words.")
    assert marked == [here]


def test_a_page_may_have_a_style_sheet_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(st, "page_link", lambda script, label: None)
    style = tmp_path / "style.css"
    style.write_text(".of-this-page {}")
    assert ".of-this-page" in markup(part_of(page.opening, "Play", "Words.", style))
    app = part_of(page.opening, "Play", "Words.")
    assert ".of-this-page" not in markup(app)
    assert "--hidden: 0" in markup(app)
    assert app.toggle(key="large").help == "For the back row of a classroom."


def test_a_page_runs_again_when_the_network_is_ready(monkeypatch):
    job, reruns, intervals = networks.loading(), [], []

    def fragment(run_every=None):
        intervals.append(run_every)

        def later(function):
            job.state = "ready"
            return function

        return later

    monkeypatch.setattr(models, "get", lambda run_id="": job)
    monkeypatch.setattr(st, "fragment", fragment)
    monkeypatch.setattr(st, "rerun", lambda: reruns.append(True))
    part_of(page.wait_for_network, "lesson-1")
    assert (intervals, reruns) == ([2.0], [True])


def test_the_wait_is_for_the_network_that_the_page_asks_for(monkeypatch):
    asked = []
    monkeypatch.setattr(models, "get", lambda run_id="": asked.append(run_id) or networks.ready(1))
    part_of(page.wait_for_network, "lesson-1")
    assert set(asked) == {"lesson-1"}
