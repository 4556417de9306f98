"""Texts of elements in a page's HTML, by their class."""

from __future__ import annotations

from html.parser import HTMLParser


class _Texts(HTMLParser):
    """Texts of the outermost elements that have a class, and no class of `without`."""

    VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "source", "wbr"})

    def __init__(self, wanted: str, without: str = ""):
        super().__init__()
        self.wanted, self.without, self.depth, self.texts = wanted, without, 0, []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in self.VOID:
            return
        classes = (dict(attributes).get("class") or "").split()
        if self.depth:
            self.depth += 1
        elif self.wanted in classes and self.without not in classes:
            self.depth = 1
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        if self.depth and tag not in self.VOID:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.texts[-1] += data


def answer_text(body: str) -> str:
    """The text of an element of class "answer" in this HTML, or nothing while it waits."""
    return next(iter(_texts(body, "answer", "waiting")), "")


def verdict_text(body: str) -> str:
    """The text of an element of class "verdict" in this HTML, or nothing."""
    return next(iter(_texts(body, "verdict")), "")


def tile_scores(body: str) -> list[str]:
    """The similarity on each tile in this HTML, in order: ">0.99", "0.05" or "" where there is none."""
    return [text.strip() for text in _texts(body, "score")] if "tile" in body else []


def _texts(body: str, wanted: str, without: str = "") -> list[str]:
    parser = _Texts(wanted, without)
    if wanted in body:
        parser.feed(body)
    return parser.texts
