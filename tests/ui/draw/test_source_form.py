"""The choice of a data source: what is offered, imported and deleted, and by whom."""

from __future__ import annotations

import pytest

from siamese.data import own
from siamese.errors import UserError
from siamese.ui import import_form, own_sets, state
from siamese.ui.draw import source_form
from siamese.ui.own_sets import Progress
from tests import networks
from tests.apps import buttons, markup, part_of, press
from tests.data.own.test_own import moon

CHOICES = state.of("recognise")


@pytest.fixture(autouse=True)
def imports(home, monkeypatch) -> list[tuple]:
    """What the form of an upload is given."""
    made: list[tuple] = []
    monkeypatch.setattr(import_form, "import_ui", lambda *given, **options: made.append((*given, options)))
    return made


def form(**session):
    return part_of(source_form.source_ui, CHOICES, **session)


def test_sources_and_own_sets_are_offered(imports):
    key = own.keep(moon("Sun"))
    app = form()
    box = app.selectbox(key="recognise:data")
    assert (box.label, box.options, box.value) == ("Data", ["Built-in", "Omniglot", "Sun"], "builtin")
    assert buttons(app) == {}
    assert imports == [("recognise:data", "Add your own alphabets", ("zip", "json"), source_form.HELP, {})]
    assert form(recognise__data=key).selectbox(key="recognise:data").value == key


def test_a_set_that_is_gone_is_no_longer_chosen(monkeypatch):
    monkeypatch.setattr(state, "forget_deleted", lambda: None)
    assert form(recognise__data="own-gone").session_state["recognise:data"] == "builtin"
    assert source_form._label("own-gone") == "own-gone"
    private = own.keep(moon(), own.new_private_key())
    assert source_form._label(private) == "Moon (private)"


@pytest.mark.parametrize("allowed", [True, False])
def test_a_set_is_deleted_by_those_who_may(allowed, monkeypatch):
    monkeypatch.setattr(own_sets, "may_delete", lambda key: allowed)
    key = own.keep(moon())
    app = form(recognise__data=key)
    assert buttons(app) == ({"Delete these alphabets": True} if allowed else {})
    app = part_of(source_form._delete, CHOICES, recognise__data=key)
    assert own.is_key(key) != allowed
    assert app.session_state["recognise:data"] == "builtin"


def test_a_set_that_cannot_be_deleted_says_why_once(monkeypatch):
    def refuse(key):
        raise UserError("The disk is <broken>.")

    monkeypatch.setattr(own, "delete", refuse)
    app = press(form(recognise__data=own.keep(moon())), "Delete these alphabets")
    assert app.error[0].value == "The disk is \\<broken\\>."
    app.run()
    assert len(app.error) == 0


def test_an_upload_that_has_been_read_is_chosen_with_its_notes():
    key = own.keep(moon())
    progress = Progress(1, 1, key, ("<ku> was left out.",))
    app = part_of(source_form.take_import, CHOICES, **{"recognise:data job": networks.ready(progress)})
    assert app.session_state["recognise:data"] == key
    assert app.session_state["recognise:data notes"] == {key: ("<ku> was left out.",)}
    session = {"recognise:data notes": {key: ("<ku> was left out.",)}}
    assert "&lt;ku&gt; was left out." in markup(form(recognise__data=key, **session))
    assert "left out" not in markup(form(**session))
    assert part_of(source_form.take_import, CHOICES).session_state["recognise:data"] == "builtin"
