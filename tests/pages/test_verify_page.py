"""The Verify page with a network of the test's own: what it says of two drawings, and of a company's signatures."""

from __future__ import annotations

import pathlib
import re
import types

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from siamese.ui import models
from tests import networks

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Overlap:
    """Calls drawings as similar as their ink overlaps (intersection over union)."""

    def __init__(self):
        self.record = {"sha256": "", "same_threshold": 0.15}

    def trained_on(self, alphabet):
        return False

    def twin_input(self, drawings):
        return drawings

    def embed(self, inputs):
        return inputs.reshape(len(inputs), -1)

    def compare(self, queries, support):
        return -np.abs(queries[:, None] - support[None]).mean(axis=2)

    def match(self, drawing, support):
        ink, others = drawing > 0.5, support[:, 0] > 0.5
        similarity = (ink & others).sum(axis=(1, 2)) / (ink | others).sum(axis=(1, 2))
        best = int(similarity.argmax())
        second = np.delete(similarity, best).max() if len(similarity) > 1 else 0.0
        return types.SimpleNamespace(
            similarity=similarity,
            share=similarity,
            logit=similarity,
            best=best,
            margin=float(similarity[best] - second),
            none=False,
        )


@pytest.fixture(autouse=True)
def _network(home, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.ready(Overlap()))


def run(**choices: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "navigation.py"), default_timeout=120)
    for name, value in choices.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/verify.py")
    for name, value in choices.items():
        app.query_params[name] = value
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    assert [error.value for error in app.exception] == []
    return app


def press(app: AppTest, label: str) -> AppTest:
    return checked(next(button for button in app.button if button.label == label).click().run())


def markup(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def sentence(app: AppTest) -> str:
    """The answer without its tags."""
    (found,) = re.findall(r'<p class="sentence">(.*?)</p>', markup(app))
    return re.sub(r"<[^>]*>", "", found)


def note(app: AppTest) -> str:
    (answer,) = re.findall(r'<div class="answer.*?<p class="note">(.*?)</p>', markup(app))
    return re.sub(r"<[^>]*>", "", answer)


def test_without_drawings_the_page_says_what_to_do():
    assert sentence(run()) == "Draw a character on each paper, or press Sample pair."


def test_a_sample_pair_is_answered_and_judged_in_both_orders():
    app, kinds = run(), set()
    for _ in range(12):
        press(app, "Sample pair")
        same = sentence(app).startswith("The same character, similarity")
        assert same or sentence(app).startswith("Different characters, similarity")
        first, second = (app.session_state[f"{name}:paper"].given for name in ("verify_first", "verify_second"))
        right = (first.character == second.character) == same
        assert note(app).startswith("Right: " if right else "Wrong: ")
        assert first.words != second.words  # two people
        assert note(app).endswith("the identical number.")
        kinds.add(first.character == second.character)
    assert kinds == {True, False}


def test_swapping_exchanges_the_drawings_and_gives_the_identical_number():
    app = press(run(), "Sample pair")
    names, before = ("verify_first", "verify_second"), sentence(app)
    drawings = [app.session_state[f"{name}:paper"].given for name in names]
    press(app, "Swap the drawings")
    assert [app.session_state[f"{name}:paper"].given for name in names] == drawings[::-1]
    assert sentence(app) == before


def test_the_ink_that_decided_is_shown_when_it_is_asked_for():
    app = run()
    press(app, "Sample pair")
    assert 'class="maps"' not in markup(app)
    assert "ink map" not in app.session_state
    checked(app.toggle(key="verify:why").set_value(True).run())
    _, job = app.session_state["ink map"]
    assert job.wait(60)
    checked(app.run())
    assert re.findall(r'aria-label="(\w+ drawing): \d+% of its ink', markup(app)) == ["First drawing", "Second drawing"]


def test_the_ink_that_decided_has_its_place_before_there_is_an_answer():
    app = run(why="1")
    assert markup(app).count('<figure><span class="card empty') == 2
    assert "ink map" not in app.session_state


def test_one_drawing_asks_for_the_other():
    app = run()
    checked(app.button(key="verify_first:sample").click().run())
    assert sentence(app) == "Now make the second drawing: the same character again, or another one."
    checked(app.button(key="verify_first:clear").click().run())
    checked(app.button(key="verify_second:sample").click().run())
    assert sentence(app).startswith("Now make the first drawing")


def test_an_order_that_matters_would_be_shown(monkeypatch):
    def lopsided(self, drawing, support):
        return types.SimpleNamespace(similarity=np.array([drawing.mean()]))

    monkeypatch.setattr(Overlap, "match", lopsided)
    app = press(run(), "Sample pair")
    assert re.search(r"\de-\d\d apart\.$", note(app))


def test_a_link_sets_the_page_up():
    app = run(part="pair", alphabet="Runic")
    assert app.session_state["verify:alphabet"] == "Runic"
    press(app, "Sample pair")
    assert app.session_state["verify_first:paper"].given.character.alphabet == "Runic"
    app = run(part="company", person="3")
    assert app.selectbox(key="verify:person").value == 3


def test_a_sample_signature_is_answered_twice():
    app = run(part="company")
    assert sentence(app).startswith("Sign with the initials of a person on file")
    checked(app.button(key="verify_company:sample").click().run())
    given = app.session_state["verify_company:paper"].given
    assert re.match(r"(Yes, this is|No, this is not) the signature of Amina K\., similarity", sentence(app))
    assert "Who is it?" in note(app)
    assert f"The sample has the initials of {given.character.name}, drawn by person" in note(app)
    assert markup(app).count('<figure class="tile ') == 10


def test_a_new_person_joins_with_one_drawing_and_is_recognised():
    app = run(part="company")
    checked(app.button(key="verify_company:sample").click().run())
    drawing = app.session_state["verify:file"].drawing
    checked(app.text_input(key="verify:name").set_value(" <b>Zoë</b> ").run())
    press(app, "Put on file")
    assert sentence(app) == "&lt;b&gt;Zoë&lt;/b&gt; is on file now. Sign again: one example is enough."
    assert app.selectbox(key="verify:person").value == 10
    assert app.text_input(key="verify:name").value == ""
    app.session_state["verify_company:paper"].given = types.SimpleNamespace(
        words="", drawing=drawing, character=None, picture=None
    )
    checked(app.run())
    assert sentence(app).startswith("Yes, this is the signature of &lt;b&gt;Zoë&lt;/b&gt;, similarity 1.00")
    assert "<b>Zoë" not in markup(app)


def test_a_name_that_is_taken_is_one_sentence_and_loses_nothing():
    app = run(part="company")
    checked(app.button(key="verify_company:sample").click().run())
    checked(app.text_input(key="verify:name").set_value("Ben T.").run())
    press(app, "Put on file")
    assert [error.value for error in app.error] == [r"A signature of Ben T. is on file already\: choose another name."]
    assert app.session_state["verify:file"].drawing is not None
    assert len(app.session_state["verify:file"].people.characters) == 10


def test_people_leave_and_the_ten_come_back():
    app = run(part="company", person="9")
    press(app, r"Remove Jo V.")
    assert app.selectbox(key="verify:person").value == 8
    press(app, "Empty the file")
    assert sentence(app) == "Nobody is on file. Draw your initials, type your name, and press Put on file."
    press(app, "The ten people again")
    assert markup(app).count('<figure class="tile ') == 10


def test_a_network_that_cannot_be_used_is_named(monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.failed("koch.safetensors is missing: fetch it again."))
    app = press(run(), "Sample pair")
    assert sentence(app) == "koch.safetensors is missing: fetch it again."
