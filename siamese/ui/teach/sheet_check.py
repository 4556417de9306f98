"""A sheet that has been read: its drawings with their names, to be checked and corrected before they are taught."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.data.own import editing
from siamese.data.own.file_format import MAX_NAME_CHARACTERS, OwnSet, packed
from siamese.errors import UserError
from siamese.ui import cards, messages
from siamese.ui.teach import draft, sheet, taught

if TYPE_CHECKING:
    from siamese.data.photograph.grid import FilledBox, GridReading

_FAILURE = "teach sheet failure"
_CELL = 132  # px
_NAME_HEIGHT = 40  # px of the picture of a name
_NO_NAMES = "No character has a name: type one for each that is to be taught."


def check_ui() -> None:
    """Every drawing of the sheet, what is written below it, and its name; then teach them all, or none."""
    reading: GridReading = st.session_state[sheet.READ]
    if failure := st.session_state.pop(_FAILURE, ""):
        messages.error(cards.capitalised(failure))
    st.html(f'<p class="note">{html.escape(_words(reading))}</p>')
    with st.form("teach_sheet_form", border=False):
        with st.container(key="sheet_boxes", horizontal=True, gap="medium"):
            names = _first_names(reading, draft.current().names)
            for box in reading.filled:
                with st.container(width=_CELL, gap="small"):
                    st.html(_pictures(box))
                    st.session_state.setdefault(_key(box), names[box.number])
                    st.text_input(f"Name, box {box.number + 1}", max_chars=MAX_NAME_CHARACTERS, key=_key(box))
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button("Teach these characters", on_click=_teach, type="primary")
            st.form_submit_button("Discard the sheet", on_click=_discard)


def _words(reading: GridReading) -> str:
    words = f"{len(reading.filled)} of {reading.grid.boxes} boxes are filled. Check each drawing and type its name; "
    words += "without a name, a box is left out."
    if reading.unread:
        boxes = ", ".join(str(number + 1) for number in reading.unread)
        words += f" There is ink that cannot be read in box {boxes}: draw a single character there."
    return words


def _pictures(box: FilledBox) -> str:
    drawing = cards.card_of(box.drawing, f"the drawing in box {box.number + 1}")
    return f'{drawing}<img class="written" alt="what is written below it" src="{_picture_url(box.name)}">'


def _picture_url(colours: np.ndarray) -> str:
    import cv2

    width = round(colours.shape[1] * _NAME_HEIGHT / colours.shape[0])
    small = cv2.resize(colours, (width, _NAME_HEIGHT), interpolation=cv2.INTER_AREA)
    _, content = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])
    return "data:image/jpeg;base64," + base64.b64encode(content).decode()


def _first_names(reading: GridReading, taken: list[str]) -> dict[int, str]:
    """By box, the number that is printed at it, or the next one that no character has."""
    used, names = set(taken), {}
    for box in reading.filled:
        number = box.number + 1
        while str(number) in used:
            number += reading.grid.boxes
        names[box.number] = str(number)
        used.add(str(number))
    return names


def _key(box: FilledBox) -> str:
    return f"teach sheet name {box.number}"


def _teach() -> None:
    reading: GridReading = st.session_state[sheet.READ]
    named = [(st.session_state[_key(box)], box) for box in reading.filled if st.session_state[_key(box)].strip()]

    def add_all(alphabets: OwnSet, place: int) -> OwnSet:
        for name, box in named:
            alphabets = editing.add_character(alphabets, place, name, packed(box.drawing))
        return alphabets

    try:
        if not named:
            raise UserError(_NO_NAMES)
        draft.change(add_all)
    except UserError as error:
        st.session_state[_FAILURE] = str(error)
        return
    _discard()
    taught.say(f"{len(named)} characters are taught. Draw one of them to test the network.")


def _discard() -> None:
    for box in st.session_state.pop(sheet.READ).filled:
        st.session_state.pop(_key(box), None)
