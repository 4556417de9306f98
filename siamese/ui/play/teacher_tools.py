"""The teacher's tools on the board: nicknames, drawings, export, reset."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from siamese.classroom import dataset
from siamese.errors import UserError
from siamese.evaluation.tables import as_csv
from siamese.ui import class_store, messages

if TYPE_CHECKING:
    from siamese.classroom.board import Snapshot

TOOLS_KEY = "board:tools"
_FAILURE = "board:failure"


@st.fragment
def tools_ui() -> None:
    """The tools, in a popover that is filled when it is opened: people may have joined since. Raises UserError."""
    with st.popover("Teacher's tools", icon=":material/school:", key=TOOLS_KEY, on_change="rerun") as popover:
        if popover.open:
            _content_ui()


def _content_ui() -> None:
    from siamese.classroom.kept_drawings import INK_KEPT_SECONDS
    from siamese.classroom.store import KEEP_INK

    store, snapshot = class_store.store(), class_store.snapshot()
    if failure := st.session_state.pop(_FAILURE, ""):
        messages.error(failure)
    _nicknames_ui(snapshot)
    keep = snapshot.settings.get(KEEP_INK) == "1"
    st.toggle(
        "Keep drawings after the lesson",
        keep,
        key=f"board:keep {keep}",
        on_change=_do,
        args=(lambda: store.set(**{KEEP_INK: "" if keep else "1"}),),
        help=f"Otherwise drawings are deleted {INK_KEPT_SECONDS / 3600:.0f} hours after they were made.",
    )
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Drawings (zip)", lambda: dataset.as_zip(store.drawings()), "drawings.zip", on_click="ignore"
        )
        st.download_button("Board (CSV)", lambda: _as_csv(snapshot), "board.csv", "text/csv", on_click="ignore")
    st.button("Delete all drawings", on_click=_do, args=(store.delete_ink,), help="Points stay.", key="board:delete")
    sure = st.checkbox("Delete nicknames, points and drawings", key="board:sure")
    st.button("Reset the board", on_click=_do, args=(store.reset,), disabled=not sure, key="board:reset")


def _nicknames_ui(snapshot: Snapshot) -> None:
    """Hide a nickname, or show a hidden one again."""
    store = class_store.store()
    shown = {row.person.id: row.person.nickname for row in snapshot.rows}
    hidden = {person.id: person.nickname for person in snapshot.hidden}
    _nickname_ui("Hide", shown, lambda person: store.hide(person))
    if hidden:
        _nickname_ui("Show again", hidden, lambda person: store.hide(person, False))


def _nickname_ui(label: str, names: dict[int, str], change: Callable[[int], None]) -> None:
    """The choice of a nickname, by person, and the button that does something with it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            f"{label} a nickname",
            list(names),
            None,
            format_func=lambda person: names.get(person, ""),
            key=f"board:{label} nickname",
            placeholder="Choose a nickname",
        )
        done = functools.partial(change, chosen)
        st.button(label, on_click=_do, args=(done,), disabled=chosen is None, key=f"board:{label}")


def _do(change: Callable[[], object]) -> None:
    """Make a change that the teacher's own page shows at once."""
    try:
        change()
        class_store.board().changed()
    except UserError as error:
        st.session_state[_FAILURE] = str(error)
    st.session_state["board:sure"] = False


def _as_csv(snapshot: Snapshot) -> str:
    rows = []
    for row in snapshot.rows:
        quiz = row.standing.quiz
        rows.append(
            {
                "nickname": dataset.cell(row.person.nickname),
                "points": row.standing.points,
                "quiz_right": quiz.right if quiz else 0,
                "quiz_trials": quiz.trials if quiz else 0,
                "named": row.standing.named,
                "breaks": row.standing.broken,
            }
        )
    return as_csv(rows)
