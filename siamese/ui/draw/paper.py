"""The paper: a canvas with its buttons, on which a sample or an uploaded picture can take the place of a drawing.

Everything is kept under the canvas's name, so a page may have two.
"""

from __future__ import annotations

import dataclasses
import logging

import numpy as np
import streamlit as st

from siamese.data import ink, support
from siamese.data.characters import Character, CharacterSet
from siamese.ui import cards
from siamese.ui.draw import canvas

UPLOAD_TYPES = ("jpg", "jpeg", "png", "heic", "heif", "avif", "webp", "gif", "bmp", "tif", "tiff", "mpo")

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Given:
    """A drawing that was not made on the canvas, or the reason why there is none.

    words: what it is, or why there is none; character: what it shows, where that is known (a sample).
    """

    words: str
    drawing: np.ndarray | None = None
    character: Character | None = None


@dataclasses.dataclass
class _Paper:
    given: Given | None = None
    uploads: int = 0  # an uploader under a new key is empty again


def _paper(name: str) -> _Paper:
    return st.session_state.setdefault(f"{name}:paper", _Paper())


def paper_ui(name: str, characters: CharacterSet, chosen: support.Support) -> tuple[np.ndarray | None, Given | None]:
    """Canvas and buttons; (the drawing if there is one, the sample or upload that took its place).

    chosen: the support set that samples are taken for.
    """
    paper, problem = _paper(name), None
    json_data = drawing = None
    try:
        with st.container(key=f"{name}_paper", width=canvas.SIDE):
            json_data = canvas.canvas(name)
        drawing = ink.draw_strokes(ink.canvas_strokes(json_data, canvas.SIDE)) if json_data else None
    except ink.InkError as error:  # it says "clear it", so the buttons stay
        problem = Given(str(error))
    has_ink = bool(json_data or problem)
    if has_ink:
        paper.given = None
    _show(name, paper.given)
    with st.container(key=f"{name}_buttons", horizontal=True, gap="small", width=canvas.SIDE):
        st.button("Clear", on_click=clear, args=(name,), disabled=not (has_ink or paper.given), key=f"{name}:clear")
        st.button("Undo", on_click=canvas.undo, args=(name,), disabled=not has_ink, key=f"{name}:undo")
        st.button(
            "Sample", on_click=_take_sample, args=(name, characters, chosen), key=f"{name}:sample", help=SAMPLE_HELP
        )
        with st.popover("Upload"):
            st.file_uploader(
                "A picture of one character (JPEG, PNG, HEIC and others, at most 15 MB)",
                UPLOAD_TYPES,
                key=f"{name}:upload {paper.uploads}",
                on_change=_take_upload,
                args=(name,),
            )
    if paper.given is not None:
        return paper.given.drawing, paper.given
    return drawing, problem


SAMPLE_HELP = "A drawing of one of these characters by another person."


def clear(name: str) -> None:
    """Remove the drawing, whatever it came from."""
    canvas.clear(name)
    _paper(name).given = None


def _show(name: str, given: Given | None) -> None:
    """Show a given drawing on the paper under the canvas, which is transparent."""
    image = f"url({cards.picture_url(given.drawing)})" if given is not None and given.drawing is not None else "none"
    st.html(f"<style>.st-key-{name}_paper {{ background-image: {image} }}</style>")


def _take_sample(name: str, characters: CharacterSet, chosen: support.Support) -> None:
    sample = support.sample_query(characters, chosen, np.random.default_rng())
    canvas.clear(name)
    if sample is None:
        _paper(name).given = Given("There is no sample: every drawer of these characters is in the support set.")
        return
    character, row = sample
    words = f"drawn by person {characters.drawer_of[row]}"
    _paper(name).given = Given(words, characters.drawings([row])[0], characters.characters[character])


def _take_upload(name: str) -> None:
    from siamese.data import photograph  # takes a second to import, and most visitors draw

    paper = _paper(name)
    upload = st.session_state[f"{name}:upload {paper.uploads}"]
    if upload is None:  # removed again
        return
    paper.uploads += 1
    canvas.clear(name)
    try:
        paper.given = Given("Your picture", photograph.draw_image(upload.getvalue()))
    except ink.InkError as error:
        paper.given = Given(str(error))
    except Exception:  # a fault of ours: the visitor keeps the page, the log gets the traceback
        _log.exception("The picture %r could not be read.", upload.name)
        paper.given = Given("Something went wrong while reading this picture; the server's log has the details.")
