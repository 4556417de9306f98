"""Drawings for visitors, and the engine's answer to each, to check what the pages show.

A visitor's mark is the alphabet it compares with: an answer that names a character of another visitor's alphabet was
meant for that visitor. Within an alphabet no two drawings are the same, so neither are the similarities.
"""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

from siamese.config import SIDE
from siamese.data import fabric, ink, sources, support
from siamese.network.matcher import Match, Matcher
from siamese.ui.draw.canvas import SIDE as CANVAS_SIDE
from tools.classroom.visitor import Answer
from tools.glyphs.trace import trace

WAYS = 20
"""Size of the support set when the page opens."""
SIMILARITY_TOLERANCE = 0.011
"""Pages show two decimals; the engine's own deviation between batch sizes is below 0.001."""


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A drawing that a visitor sent, and the answer it got."""

    alphabet: str
    objects: list[dict]
    answer: Answer


class Engine:
    """The app's own data and network, without its server."""

    def __init__(self, source: str = "builtin"):
        self.characters = sources.get(source).load(None)
        self._strokes: dict[tuple[str, int], tuple[np.ndarray, ...]] = {}
        self.alphabets = [a.name for a in self.characters.alphabets if len(self.characters.members(a.name)) >= WAYS]

    def support_set(self, alphabet: str) -> support.Support:
        """The support set of the page when it opens with this alphabet."""
        members = self.characters.members(alphabet)
        chosen = support.choose_characters(members, WAYS, "first", 0, ())
        return support.build(self.characters, chosen, support.possible_drawers(self.characters, chosen)[0], 1)

    def strokes(self, alphabet: str, way: int) -> tuple[np.ndarray, ...]:
        """Strokes, each float (points, 2) in px of a drawing, of a character of the support set by another drawer."""
        if (alphabet, way) not in self._strokes:
            rows = self.characters.rows(self.support_set(alphabet).characters[way])
            self._strokes[alphabet, way] = trace(self.characters.drawings(rows[1:2])[0] > 0.5).strokes
        return self._strokes[alphabet, way]

    def drawing(self, alphabet: str, rng: np.random.Generator, way: int | None = None) -> list[dict]:
        """A fresh drawing as Fabric's objects: a character of the support set, turned, stretched and moved.

        way: its position; without one, any.
        """
        strokes = self.strokes(alphabet, int(rng.integers(WAYS)) if way is None else way)
        matrix = np.eye(2) + rng.normal(0, 0.08, (2, 2))
        middle = np.full(2, SIDE / 2)
        moved = [(stroke - middle) @ matrix + middle + rng.normal(0, 2, 2) for stroke in strokes]
        return [fabric_path(np.clip(stroke, 1, SIDE - 1) * CANVAS_SIDE / SIDE) for stroke in moved]

    def faults(self, drawn: list[Drawn]) -> dict[str, list[str]]:
        """Answers unlike the engine's: as `crossed` (they name another alphabet's character) or `wrong`."""
        matcher = Matcher.load()
        result: dict[str, list[str]] = {"crossed": [], "wrong": []}
        names = {alphabet: self._names(alphabet) for alphabet in {d.alphabet for d in drawn}}
        for d in drawn:
            own = names[d.alphabet]
            shown = self.characters.drawings(self.support_set(d.alphabet).rows.ravel())[:, None]
            match = matcher.match(ink.draw_strokes(fabric.canvas_strokes({"objects": d.objects}, CANVAS_SIDE)), shown)
            sentence = d.answer.sentence.casefold()
            others = {name for other in names.values() for name in other} - set(own)
            strangers = [name for name in others if name and name in sentence and not any(name in o for o in own)]
            report = f"{d.alphabet}: {d.answer.sentence!r}, {d.answer.similarities}"
            if strangers:
                result["crossed"].append(report)
            elif not agrees(d.answer, match, own):
                result["wrong"].append(f"{report}; the engine says {match.similarity.round(2).tolist()}")
        return result

    def _names(self, alphabet: str) -> list[str]:
        return [self.characters.characters[c].caption.casefold() for c in self.support_set(alphabet).characters]


def agrees(answer: Answer, match: Match, names: list[str]) -> bool:
    """Whether a page's answer is the engine's: the similarity on every tile, and the best character's name."""
    shown = [number(text) for text in answer.similarities]
    if len(shown) != len(match.similarity) or not np.allclose(
        shown, match.similarity, rtol=0, atol=SIMILARITY_TOLERANCE
    ):
        return False
    level = [i for i, logit in enumerate(match.logit) if logit > match.logit.max() - 0.05]
    return any(names[i] in answer.sentence.casefold() for i in level)


def number(text: str) -> float:
    """A similarity as pages write it: "0.05", "<0.01", ">0.99"; NaN for other texts."""
    if text in ("<0.01", ">0.99"):
        return float(text == ">0.99")
    try:
        return float(text)
    except ValueError:
        return float("nan")


def fabric_path(points: np.ndarray) -> dict:
    """A stroke, float (points, 2) in px of the canvas, as the canvas sends it: curves through the midpoints."""
    first, last = points[0], points[-1]
    path: list[list] = [["M", *first.round(3).tolist()]]
    for point, following in itertools.pairwise(points):
        path.append(["Q", *point.round(3).tolist(), *((point + following) / 2).round(3).tolist()])
    path.append(["L", *last.round(3).tolist()])
    low, high = points.min(axis=0), points.max(axis=0)
    (left, top), (width, height) = ((low + high) / 2).round(3).tolist(), (high - low).round(3).tolist()
    return {
        "type": "Path",
        "version": "7.4.0",
        "originX": "center",
        "originY": "center",
        "left": left,
        "top": top,
        "width": width,
        "height": height,
        "stroke": "#16181D",
        "strokeWidth": 14,
        "scaleX": 1,
        "scaleY": 1,
        "angle": 0,
        "flipX": False,
        "flipY": False,
        "skewX": 0,
        "skewY": 0,
        "path": path,
    }
