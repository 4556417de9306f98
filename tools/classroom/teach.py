"""Visitors of Teach: each teaches characters of its own and draws them again; nobody may get another's names."""

from __future__ import annotations

import asyncio
import dataclasses
import time

import numpy as np

from siamese.data import fabric, ink
from siamese.data.own import editing, file_format
from siamese.network.matcher import Matcher
from siamese.ui.draw.canvas import SIDE as CANVAS_SIDE
from tools.classroom.engine import Engine, agrees
from tools.classroom.visitor import Answer, Visitor

CHARACTERS = 5
"""Taught by each visitor, of another alphabet than its neighbour's."""


@dataclasses.dataclass(frozen=True)
class Recognised:
    """A drawing of a taught character. names, examples: of the visitor's characters, as the canvas sent them."""

    names: tuple[str, ...]
    examples: tuple[list[dict], ...]
    objects: list[dict]
    answer: Answer


async def visit(visitor: Visitor, number: int, engine: Engine, think: float, end: float, record) -> None:
    """Teach the characters, then draw one of them after another until the time is over."""
    rng = np.random.default_rng(number)
    alphabet = engine.alphabets[number % len(engine.alphabets)]
    names = tuple(f"v{number:03}c{place}" for place in range(CHARACTERS))
    examples = []
    for place, name in enumerate(names):
        objects = engine.drawing(alphabet, rng, place)
        await visitor.put(objects)
        taught = f"{name} is taught"
        seconds = await visitor.press(
            "Teach",
            lambda taught=taught: visitor.texts(lambda body: taught if taught in body else ""),
            {"Name of the character": name},
        )
        record.waits.setdefault("character saved, s", []).append(seconds)
        examples.append(objects)
        await asyncio.sleep(think * rng.uniform(0.5, 1.5))
    while time.monotonic() < end:
        objects = engine.drawing(alphabet, rng, int(rng.integers(CHARACTERS)))
        answer = await visitor.draw(objects)
        record.checked.append(Recognised(names, tuple(examples), objects, answer))
        record.waits.setdefault("drawing to answer, s", []).append(answer.seconds)
        await asyncio.sleep(think * rng.uniform(0.5, 1.5))


def faults(recognised: list[Recognised]) -> dict[str, list[str]]:
    """Answers that name another visitor's character, and those unlike the engine's for the same strokes."""
    matcher = Matcher.load()
    result: dict[str, list[str]] = {"crossed": [], "wrong": []}
    everybody = {name for one in recognised for name in one.names}
    for one in recognised:
        report = f"{one.names[0]}: {one.answer.sentence!r}, {one.answer.similarities}"
        examples = np.stack([_kept(objects) for objects in one.examples])[:, None]
        match = matcher.match(ink.draw_strokes(_strokes(one.objects)), examples)
        if any(name in one.answer.sentence for name in everybody.difference(one.names)):
            result["crossed"].append(report)
        elif not agrees(one.answer, match, list(one.names)):
            result["wrong"].append(f"{report}; the engine says {match.similarity.round(2).tolist()}")
    return result


def _strokes(objects: list[dict]) -> list[np.ndarray]:
    return fabric.canvas_strokes({"objects": objects}, CANVAS_SIDE)


def _kept(objects: list[dict]) -> np.ndarray:
    """The example as the page keeps it."""
    return file_format.OwnDrawing(1, editing.ink_of(_strokes(objects), None)).pixels()
