"""A teacher and her students: they follow her, come when they are called, and see what she does not hide."""

from __future__ import annotations

import dataclasses
import pathlib

import pytest
from streamlit.testing.v1 import AppTest

from siamese.ui import class_panel, follow, hide, models, teacher
from tests import networks

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _class(home, monkeypatch, navigation_runs_every_page):
    """A server with a passphrase, a network that goes on loading, and a class that was brought nowhere yet."""
    monkeypatch.setenv(teacher.NAME, "open sésame")
    monkeypatch.setattr(models, "_shipped", networks.loading())
    monkeypatch.setattr(follow, "_known", follow._Known())


def arrive(page: str = "", **link: str) -> AppTest:
    """A visitor who opens a page, or Start."""
    app = AppTest.from_file(str(ROOT / "navigation.py"), default_timeout=120)
    return go(app, page, **link) if page else checked(app.run())


def go(app: AppTest, page: str, **link: str) -> AppTest:
    """The visitor goes to a page."""
    app.switch_page(f"pages/{page}.py")
    for name, value in link.items():
        app.query_params[name] = value
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    assert [error.value for error in app.exception] == []
    return app


def opened(app: AppTest) -> AppTest:
    """The page with the teacher's popover open, which the test runner closes in every run."""
    app.session_state[class_panel.PANEL_KEY] = True
    return checked(app.run())


def the_teacher(page: str = "", **link: str) -> AppTest:
    app = opened(arrive(page, **link))
    return checked(app.text_input(key="teacher:passphrase").set_value("open sésame").run())


def press(app: AppTest, label: str) -> AppTest:
    return checked(next(button for button in opened(app).button if button.label == label).click().run())


def follow_me(app: AppTest, on: bool) -> AppTest:
    return checked(opened(app).toggle(key=class_panel.FOLLOW_KEY).set_value(on).run())


def title(app: AppTest) -> str:
    return app.title[0].value


def markup(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_students_have_no_controls():
    app = opened(arrive("recognise"))
    assert app.text_input(key="teacher:passphrase")
    assert not {"Bring the class here", "Lock"} & {button.label for button in app.button}


def test_the_class_is_brought_once_with_the_choices_of_the_page():
    leader, student = the_teacher("recognise", ways="7", alphabet="Runic"), arrive()
    checked(student.run())
    assert title(student) == "One-shot learning"
    press(leader, "Bring the class here")
    checked(student.run())
    assert title(student) == "Recognise"
    assert (student.session_state["recognise:ways"], student.session_state["recognise:alphabet"]) == (7, "Runic")
    go(student, "evaluate")
    checked(student.run())
    assert title(student) == "Evaluate"  # from there, everyone goes on alone


def test_who_arrives_later_is_not_brought_where_the_class_was_once():
    press(the_teacher("recognise"), "Bring the class here")
    assert title(checked(arrive("evaluate").run())) == "Evaluate"


def test_students_on_the_same_page_get_the_teachers_choices_and_keep_their_size_of_text():
    leader, student = the_teacher("recognise", ways="7", large="1"), arrive("recognise", ways="12", seed="4")
    press(leader, "Bring the class here")
    checked(student.run())
    assert student.session_state["recognise:ways"] == 7
    assert student.session_state["recognise:seed"] == 1  # the teacher's
    assert student.session_state["large"] is False


def test_students_follow_from_page_to_page_until_it_is_turned_off():
    leader, student = the_teacher("recognise"), arrive()
    follow_me(leader, True)
    assert title(checked(student.run())) == "Recognise"
    assert title(arrive("evaluate")) == "Recognise"  # who arrives later is brought along
    go(leader, "verify", part="company")
    place = follow.current()  # as the teacher's page does within a second, see the browser tests
    follow._keep(dataclasses.replace(place, number=place.number + 1, page="verify", link={"part": "company"}))
    checked(student.run())
    assert title(student) == "Same or different"
    assert student.session_state["verify:part"] == "company"
    follow_me(leader, False)
    assert not follow.current().following
    assert title(arrive("evaluate")) == "Evaluate"


def test_a_teacher_who_reloads_leads_on():
    follow_me(the_teacher("recognise"), True)
    again = the_teacher("recognise")
    assert opened(again).toggle(key=class_panel.FOLLOW_KEY).value is True


def test_of_two_teachers_the_one_who_said_so_last_is_followed():
    one, other = the_teacher("recognise"), the_teacher("evaluate")
    follow_me(one, True)
    assert opened(other).toggle(key=class_panel.FOLLOW_KEY).value is False
    follow_me(other, True)
    assert opened(one).toggle(key=class_panel.FOLLOW_KEY).value is False


def test_the_teacher_is_brought_nowhere():
    one, other = the_teacher("recognise"), the_teacher("evaluate")
    press(one, "Bring the class here")
    assert title(checked(other.run())) == "Evaluate"


def test_what_the_teacher_hides_is_hidden_from_students_only():
    leader, student = the_teacher("recognise"), arrive("recognise")
    checked(opened(leader).multiselect(key=class_panel.HIDE_KEY).set_value(["network", "samples"]).run())
    press(leader, "Bring the class here")
    checked(student.run())
    assert ".st-key-network_choice { display: none !important; }" in markup(student)
    assert '[class*="-sample"]' in markup(student)
    assert f"{hide.HIDEABLE['choices'][1]} {{" not in markup(student)
    assert ".st-key-network_choice { display: none !important; }" not in markup(leader)
    assert student.query_params["hide"] == "network-samples"


def test_a_link_hides_too_and_nonsense_hides_nothing():
    assert f"{hide.HIDEABLE['choices'][1]} {{" in markup(arrive("recognise", hide="choices"))
    assert "display: none" not in markup(arrive("recognise", hide="choices-evil")).split("--hidden")[1][:80]


def test_without_a_passphrase_nobody_leads_and_nothing_is_asked(monkeypatch):
    monkeypatch.delenv(teacher.NAME)
    app = arrive("recognise")
    assert follow._SEEN not in app.session_state
    assert "Teacher" not in str(app)
