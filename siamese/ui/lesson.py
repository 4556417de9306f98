"""The lesson of docs/lesson.md: its steps, and the pages to which each of them brings the class."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

import streamlit as st

from siamese import paths
from siamese.ui import follow, teacher

FILE = paths.ASSETS.parent / "docs" / "lesson.md"
ADDRESS = "http://localhost:8501/"
"""Of the app in the links of the document."""
_STEP = re.compile(r"^## (\d+)\. (.+) \((\d+) minutes\)$", re.MULTILINE)
_LINK = re.compile(rf"^- \[(.+)\]\({re.escape(ADDRESS)}(\w*)(?:\?(\S*))?\)\n?", re.MULTILINE)
GONE = "lesson:gone"
"""Session key: this visitor has just gone to a stop."""
_PLACE = "lesson:place"


@dataclasses.dataclass(frozen=True)
class Stop:
    """A page of a step. page: its name; link: the parameters of its address."""

    label: str
    page: str
    link: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Step:
    """A step of the lesson. begins: minutes after the lesson's beginning; text: Markdown, without its stops."""

    number: int
    title: str
    begins: int
    minutes: int
    stops: tuple[Stop, ...]
    text: str


@functools.lru_cache(maxsize=1)
def steps() -> tuple[Step, ...]:
    """The steps of the lesson, in their order."""
    text = FILE.read_text(encoding="utf-8")
    heads = list(_STEP.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    read, begins = [], 0
    for head, end in zip(heads, ends, strict=True):
        number, title, minutes = head.groups()
        body = text[head.end() : end]
        stops = tuple(
            Stop(label, page or follow.START, dict(parse_qsl(query))) for label, page, query in _LINK.findall(body)
        )
        read.append(Step(int(number), title, begins, int(minutes), stops, _LINK.sub("", body).strip()))
        begins += int(minutes)
    return tuple(read)


def stops() -> list[tuple[Step, Stop]]:
    """All stops of the lesson, in their order."""
    return [(step, stop) for step in steps() for stop in step.stops]


def go_ui(label: str, place: int, key: str) -> None:
    """A button that opens a stop: for the teacher with her class, for others alone."""
    kind = "primary" if teacher.is_teacher() else "secondary"
    if st.button(label, key=key, type=kind, icon=":material/school:" if teacher.is_teacher() else None):
        _, stop = stops()[place]
        st.session_state[_PLACE], st.session_state[GONE] = place, True
        if teacher.is_teacher():
            follow.bring_to(stop.page, stop.link)
        follow.go(stop.page, stop.link)


def next_ui() -> None:
    """For a teacher in the midst of the lesson: the next stop."""
    place = st.session_state.get(_PLACE, -1) + 1
    if 0 < place < len(stops()):
        step, stop = stops()[place]
        go_ui(f"Next: {stop.label if stop != step.stops[0] else step.title}", place, "lesson:next")
