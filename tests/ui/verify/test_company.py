"""Signatures of a company: both answers, what is missing for them, and who is on file."""

from __future__ import annotations

import types

import numpy as np
import pytest

from siamese.data import office
from siamese.data.characters import Character
from siamese.ui import messages, models
from siamese.ui.draw import paper
from siamese.ui.draw.paper import Given
from siamese.ui.verify import company
from siamese.ui.verify.answer import Threshold
from siamese.ui.verify.company import company_ui
from tests import networks
from tests.apps import beside, buttons, markup, part_of, press, ran
from tests.drawn import scribble
from tests.networks import ByPixels
from tests.threads import Slow, at_once

DRAWING = scribble(1, 1)
PEOPLE = (Character("The company", "<Ann>"), Character("The company", "Bob"), Character("The company", "Cy"))
LIMIT = Threshold(0.6, "It was <fitted>.")


class Signed(ByPixels):
    """Finds the signature of the person at this position, with this similarity; the others have 0.5, the next 0.55."""

    def __init__(self, best: int, similarity: float):
        super().__init__()
        self.best, self.similarity, self.record = best, similarity, {"sha256": "s", "signature_threshold": 0.6}

    def match(self, drawing, support):
        assert support.shape[1:] == (1, 105, 105)
        similarity = np.full(len(support), 0.5)
        similarity[self.best] = self.similarity
        if len(support) > 1:
            similarity[self.best - 1] = 0.55
        return types.SimpleNamespace(
            logit=similarity, similarity=similarity, best=self.best, margin=self.similarity - 0.55, none=False
        )


@pytest.fixture(autouse=True)
def sheet(home, monkeypatch) -> types.SimpleNamespace:
    """What is on the paper; which papers were cleared; the network."""
    now = types.SimpleNamespace(drawing=None, given=None, cleared=[], asked=[])

    def paper_ui(name, people, chosen):
        now.asked.append((name, people, chosen))
        return now.drawing, now.given

    monkeypatch.setattr(paper, "paper_ui", paper_ui)
    monkeypatch.setattr(paper, "clear", now.cleared.append)
    monkeypatch.setattr(models, "_shipped", networks.ready(Signed(3, 0.9)))
    return now


def test_an_empty_paper_invites_to_sign(sheet):
    app = part_of(company_ui, "")
    assert "Sign with the initials of a person on file, or with your own. Or press Sample." in markup(app)
    assert '<div class="answer waiting"' in markup(app)
    claim = app.selectbox(key="verify:person")
    assert (claim.label, claim.value) == ("Is this the signature of", 0)
    joining = ["A new person signs", "Put on file", "Remove Amina K.", "Empty the file", "The ten people again"]
    assert joining in beside(app)
    assert [claim.label, *joining] in beside(app)
    assert claim.options[:2] == ["Amina K.", "Ben T."]
    assert buttons(app) == {
        "Put on file": False, "Remove Amina K.": True, "Empty the file": True, "The ten people again": True,
    }  # fmt: skip
    ((name, people, chosen),) = sheet.asked
    assert name == "verify_company"
    assert chosen.characters == tuple(range(10))
    assert chosen.rows.tolist() == office.rows_on_file(people).tolist()
    assert chosen.drawers == (1,)
    assert all(f".p{row}{{background" in markup(app) for row in chosen.rows[:, 0])
    assert markup(app).count('<figure class="tile') == 10
    assert "cannot detect a forgery" in markup(app)
    assert "The threshold is 0.60. It was fitted on initials" in markup(app)
    assert "person" not in app.query_params


def test_both_questions_are_answered(sheet):
    sheet.drawing = DRAWING
    app = part_of(company_ui, "", verify__person=3, verify__part="company")
    assert "Yes, this is the signature of Dina S.<small>, similarity 0.90, threshold 0.60.</small>" in markup(app)
    assert "<b>Who is it? Dina S.</b>, similarity 0.90; the next best has 0.55." in markup(app)
    assert '<figure class="tile chosen" title="Dina S.' in markup(app)
    assert app.query_params == {"part": "company", "person": "3"}
    app.selectbox(key="verify:person").set_value(4).run()
    assert "No, this is not the signature of Emil R.<small>, similarity 0.50, threshold" in markup(app)


def test_a_sample_is_judged_and_its_tile_is_green(sheet):
    people = company.ten()
    sheet.drawing, sheet.given = DRAWING, Given("drawn by <person> 2", DRAWING, people.characters[5])
    app = part_of(company_ui, "")
    assert "The sample has the initials of Fatou N., drawn by &lt;person&gt; 2." in markup(app)
    assert '<figure class="tile right" title="Fatou N.' in markup(app)
    assert '<figure class="tile wrong" title="Dina S.' in markup(app)
    sheet.given = Given("another's", DRAWING, Character("Kannada", "ka"))
    assert '<figure class="tile right"' not in markup(part_of(company_ui, ""))


@pytest.mark.parametrize(
    ("best", "similarity", "people", "words"),
    [
        (0, 0.9, PEOPLE, "<b>Who is it? &lt;Ann&gt;</b>, similarity 0.90; the next best has 0.55."),
        (0, 0.6, PEOPLE[:1], "<b>Who is it? &lt;Ann&gt;</b>, similarity 0.60."),
        (1, 0.59, PEOPLE, "<b>Who is it? Nobody on file</b>: even the most similar, Bob, has 0.59."),
    ],
)
def test_who_signed_is_a_sentence(best, similarity, people, words):
    match = Signed(best, similarity).match(DRAWING, np.zeros((len(people), 1, 105, 105)))
    assert company.whose(match, people, LIMIT) == words


def test_names_and_words_of_a_sample_are_shown_as_text():
    assert company.verdict(None) == ""
    assert company.verdict(Given("x", DRAWING)) == ""
    shown = company.verdict(Given("<i>", DRAWING, PEOPLE[0]))
    assert shown == "The sample has the initials of &lt;Ann&gt;, &lt;i&gt;."


def test_a_name_of_the_claim_is_shown_as_text(monkeypatch):
    shown = []
    monkeypatch.setattr(company.answer, "show", lambda *given: shown.append(given))
    match = Signed(1, 0.9).match(DRAWING, np.zeros((3, 1, 105, 105)))
    company._answers_ui(match, PEOPLE, 0, None, LIMIT)
    ((sentence, note, similarity, limit),) = shown
    assert sentence == "No, this is not the signature of &lt;Ann&gt;<small>, similarity 0.55, threshold 0.60.</small>"
    assert (note, similarity, limit) == (f"{company.whose(match, PEOPLE, LIMIT)} ", 0.55, LIMIT)


def instruction(given=None, people=PEOPLE, drawing=None, joined="") -> str:
    file = company._File(types.SimpleNamespace(characters=people), drawing, "", joined)
    return company._instruction("", file, given)


def test_the_instruction_says_what_is_missing(monkeypatch):
    assert instruction(Given("The picture is empty.")) == "The picture is empty."
    assert instruction(people=()) == "Nobody is on file. Draw your initials, type your name, and press Put on file."
    assert instruction() == "Sign with the initials of a person on file, or with your own. Or press Sample."
    assert instruction(joined="Cy") == "Cy is on file now. Sign again: one example is enough."
    monkeypatch.setattr(models, "_shipped", networks.loading())
    assert instruction(drawing=DRAWING, given=Given("x", DRAWING)).startswith("The network is loading")


def test_the_instruction_is_shown_as_text(sheet):
    sheet.given = Given("<b>Nothing</b> was found.")
    assert "&lt;b&gt;Nothing&lt;/b&gt; was found." in markup(part_of(company_ui, ""))


def test_a_new_person_joins_with_a_name_and_a_drawing(sheet):
    sheet.drawing = DRAWING
    app = part_of(company_ui, "", verify__person=2)
    assert buttons(app)["Put on file"]
    app.text_input(key="verify:name").set_value("  Zoë ")
    press(app, "Put on file")
    people = app.session_state["verify:file"].people
    assert people.characters[-1].name == "Zoë"
    assert len(people.characters) == 11
    assert np.array_equal(people.drawings(office.rows_on_file(people)[-1])[0], DRAWING)
    assert app.session_state["verify:person"] == 10
    assert app.session_state["verify:name"] == ""
    assert sheet.cleared == ["verify_company"]
    sheet.drawing = None
    ran(app.run())
    assert "Zoë is on file now. Sign again" in markup(app)


def test_a_person_without_a_name_cannot_join_and_the_next_try_clears_the_problem(sheet):
    sheet.drawing = DRAWING
    app = part_of(company_ui, "")
    press(app, "Put on file")
    assert len(app.error) == 1
    assert sheet.cleared == []
    assert len(app.session_state["verify:file"].people.characters) == 10
    app.text_input(key="verify:name").set_value("Zoë")
    press(app, "Put on file")
    assert len(app.error) == 0


def test_a_person_can_be_taken_off_the_file(sheet):
    app = part_of(company_ui, "", verify__person=9)
    file = app.session_state["verify:file"]
    file.problem, file.joined = "A problem.", "Somebody"
    press(app, "Remove Jo V.")
    assert [c.name for c in app.session_state["verify:file"].people.characters][-1] == "Iker L."
    assert app.session_state["verify:person"] == 8
    assert (file.problem, file.joined) == ("", "")
    assert "Remove Iker L." in buttons(app)


def test_the_file_can_be_emptied_and_filled_again(sheet):
    app = part_of(company_ui, "", verify__person=4)
    press(app, "Empty the file")
    sheet.drawing = DRAWING
    ran(app.run())
    assert "Nobody is on file." in markup(app)
    assert len(app.selectbox) == 0
    assert app.session_state["verify:person"] == 0
    assert buttons(app) == {
        "Put on file": True,
        "Remove ": False,
        "Empty the file": False,
        "The ten people again": True,
    }
    press(app, "The ten people again")
    assert app.session_state["verify:file"].people is company.ten()
    assert "Yes, this is" in markup(app) or "No, this is not" in markup(app)


def test_a_name_on_a_button_is_shown_as_text(sheet):
    people = types.SimpleNamespace(characters=(Character("The company", "*Ann*"),))
    app = part_of(company._join_ui, company._File(people), verify__person=0)
    assert f"Remove {messages.escape('*Ann*')}" in buttons(app)
    field = app.text_input(key="verify:name")
    assert (field.max_chars, field.placeholder) == (20, "Initials or name")


def test_without_a_network_there_is_no_answer(sheet, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    sheet.drawing = DRAWING
    app = part_of(company_ui, "")
    assert "The network is loading" in markup(app)
    assert '<figure class="tile chosen"' not in markup(app)


def test_the_ten_people_are_made_once(home, monkeypatch):
    company._ten.cache.clear()
    monkeypatch.setattr(office, "company", Slow(office.company))
    at_once(company.ten)
    assert office.company.calls == 1
