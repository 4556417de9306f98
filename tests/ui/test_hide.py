"""What can be hidden has a label and selectors, and a link names it."""

from __future__ import annotations

import pytest

from siamese.ui import hide, links


def test_what_a_link_can_hide_is_what_the_page_can_hide():
    assert tuple(hide.HIDEABLE) == links.HIDEABLE
    assert all(label and selectors for label, selectors in hide.HIDEABLE.values())


@pytest.mark.parametrize("teacher_", [False, True])
def test_what_a_link_hides_is_hidden_from_students(teacher_, monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(hide.teacher, "is_teacher", lambda: teacher_)
    monkeypatch.setattr(hide.st, "session_state", {"hide": ["network", "pictures"]})
    monkeypatch.setattr(hide.st, "html", sent.append)
    hide.hide_ui()
    rules = ".st-key-network_choice { display: none !important; }"
    assert sent[0].startswith(f"<style>:root {{ --hidden: {0 if teacher_ else 2}; }}")
    assert (rules in sent[0]) == (not teacher_)
    assert ('[class*="-picture"] { display: none' in sent[0]) == (not teacher_)
    assert "samples" not in sent[0]
