"""What is on a visitor's page: HTML, buttons and fields, as Streamlit's messages bring and replace them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

Place = tuple[int, ...]
"""Where Streamlit puts an element, from the root of the page."""


@dataclasses.dataclass(frozen=True)
class Element:
    """kind: "html", "button" or "text_input". label: of a button or field; body: the HTML. run: that drew it last."""

    kind: str
    fragment: str
    run: int
    id: str = ""
    label: str = ""
    body: str = ""
    disabled: bool = False


class Elements:
    """The elements by place. Of those that a fragment no longer draws, Streamlit does not tell: runs are counted."""

    def __init__(self) -> None:
        self._elements: dict[Place, Element] = {}
        self._run = 0
        self._running: Collection[str] = ()

    def begin(self, fragments: Collection[str]) -> None:
        """A run of these fragments begins, or of the complete page if there are none."""
        self._run, self._running = self._run + 1, frozenset(fragments)

    def end(self) -> None:
        """Forget what the fragments that have run did not draw again."""
        self._elements = {
            place: element
            for place, element in self._elements.items()
            if element.run == self._run or element.fragment not in self._running
        }

    def clear(self) -> None:
        """Forget everything: the complete page is drawn anew."""
        self._elements.clear()

    def put(self, place: Place, delta) -> None:
        """Take the new element of a message."""
        element = delta.new_element
        kind = element.WhichOneof("type")
        self._elements.pop(place, None)
        if kind == "html":
            self._elements[place] = Element(kind, delta.fragment_id, self._run, body=element.html.body)
        elif kind in ("button", "text_input"):
            shown = getattr(element, kind)
            own = Element(kind, delta.fragment_id, self._run, shown.id, shown.label, disabled=shown.disabled)
            self._elements[place] = own

    @property
    def html(self) -> list[str]:
        """All HTML on the page."""
        return [element.body for element in self._elements.values() if element.kind == "html"]

    def of(self, kind: str, label: str) -> Element | None:
        """The button or field with this label."""
        own = (e for e in self._elements.values() if (e.kind, e.label) == (kind, label))
        return max(own, key=lambda element: element.run, default=None)
