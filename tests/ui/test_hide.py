"""What can be hidden has a label and selectors, and a link names it."""

from __future__ import annotations

from siamese.ui import hide, links


def test_what_a_link_can_hide_is_what_the_page_can_hide():
    assert tuple(hide.HIDEABLE) == links.HIDEABLE
    assert all(label and selectors for label, selectors in hide.HIDEABLE.values())
