"""The paper: a canvas with its buttons, on which a sample or an uploaded picture can take the place of a drawing.

Everything is kept under the canvas's name, so a page may have two.
"""

from __future__ import annotations

import dataclasses
import logging

import numpy as np
import streamlit as st

from siamese.data import fabric, ink, support
from siamese.data.characters import Character, CharacterSet
from siamese.ui import cards
from siamese.ui.draw import canvas
from siamese.ui.draw.picture import INK_OPTIONS, Area, Picture, area_on, take
from siamese.ui.server_paths import without_paths

MAX_UPLOAD_MB = 15
UPLOAD_TYPES = ("jpg", "jpeg", "png", "heic", "heif", "avif", "webp", "gif", "bmp", "tif", "tiff", "mpo")

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Given:
    """A drawing that was not made on the canvas, or the reason why there is none.

    words: what it is, or why there is none; character: what it shows, where that is known (a sample); picture: the
    upload or photograph that it comes from.
    """

    words: str
    drawing: np.ndarray | None = None
    character: Character | None = None
    picture: Picture | None = None


@dataclasses.dataclass
class _Paper:
    given: Given | None = None
    uploads: int = 0  # an uploader under a new key is empty again


def _paper(name: str) -> _Paper:
    return st.session_state.setdefault(f"{name}:paper", _Paper())


def paper_ui(
    name: str, characters: CharacterSet, chosen: support.Support, sample_help: str = ""
) -> tuple[np.ndarray | None, Given | None]:
    """Canvas and buttons; (the drawing if there is one, the sample or upload that took its place).

    chosen: the support set that samples are taken for; sample_help: what a sample is, in other words than the usual.
    """
    paper, problem = _paper(name), None
    json_data = drawing = None
    picture = paper.given.picture if paper.given else None
    try:
        with st.container(key=f"{name}_paper", width=canvas.SIDE):
            if picture is not None:
                _choose_area(name, picture, canvas.rectangle(f"{name}:{paper.uploads}"))
            else:
                json_data = canvas.canvas(name)
        drawing = ink.draw_strokes(fabric.canvas_strokes(json_data, canvas.SIDE)) if json_data else None
    except ink.InkError as error:  # it says "clear it", so the buttons stay
        problem = Given(without_paths(str(error)))
    has_ink = bool(json_data or problem)
    if has_ink and picture is None:
        paper.given = None
    _show(name, paper.given)
    if picture is not None:
        _picture_ui(name, picture)
    _buttons_ui(name, characters, chosen, has_ink, sample_help or SAMPLE_HELP)
    if paper.given is not None:
        return paper.given.drawing, paper.given
    return drawing, problem


def _buttons_ui(name: str, characters: CharacterSet, chosen: support.Support, has_ink: bool, sample_help: str) -> None:
    paper = _paper(name)
    with st.container(key=f"{name}_buttons", horizontal=True, gap="small", width=canvas.SIDE):
        st.button("Clear", on_click=clear, args=(name,), disabled=not (has_ink or paper.given), key=f"{name}:clear")
        st.button("Undo", on_click=canvas.undo, args=(name,), disabled=not has_ink, key=f"{name}:undo")
        st.button(
            "Sample", on_click=_take_sample, args=(name, characters, chosen), key=f"{name}:sample", help=sample_help
        )
        with st.popover("Picture", key=f"{name}:picture", on_change="rerun") as popover:
            if popover.open:  # most visitors only draw, and thirty of them may arrive at once
                _upload_ui(name, paper.uploads)


def _upload_ui(name: str, uploads: int) -> None:
    upload, camera = st.tabs(["Upload", "Camera"], key=f"{name}:source", on_change="rerun")
    key = f"{name}:upload {uploads}"
    upload.file_uploader(
        "A picture of one character (JPEG, PNG, HEIC and others, at most 15 MB)",
        UPLOAD_TYPES,
        key=key,
        max_upload_size=MAX_UPLOAD_MB,
        on_change=_take_upload,
        args=(name, key),
    )
    if camera.open:  # the browser asks for the camera as soon as this is on the page
        key = f"{name}:photograph {uploads}"
        camera.camera_input("A photograph of one character", key=key, on_change=_take_upload, args=(name, key))


def _picture_ui(name: str, picture: Picture) -> None:
    """The choices below a picture; the rectangle is dragged on the picture itself."""
    key = f"{name}:ink {_paper(name).uploads}"
    with st.container(key=f"{name}_picture", width=canvas.SIDE):
        st.html('<p class="note">Taken as ink: purple. Not right? Drag a rectangle round the character.</p>')
        st.segmented_control(
            "Ink is darker or lighter than the paper",
            list(INK_OPTIONS),
            format_func=INK_OPTIONS.get,
            default=picture.ink,
            required=True,
            key=key,
            on_change=_choose_ink,
            args=(name, key),
        )


def _choose_area(name: str, picture: Picture, box: Area | None) -> None:
    """Read the picture again if another rectangle was dragged."""
    area = area_on(picture, box, canvas.SIDE) if box else picture.area
    if area != picture.area:
        picture.area = area
        _read_again(name, picture)


def _choose_ink(name: str, key: str) -> None:
    given = _paper(name).given
    if given is not None and given.picture is not None:
        given.picture.ink = st.session_state[key]
        _read_again(name, given.picture)


def _read_again(name: str, picture: Picture) -> None:
    picture.read()
    _paper(name).given = Given(picture.words, picture.drawing, picture=picture)


SAMPLE_HELP = "A drawing of one of these characters by another person."


def clear(name: str) -> None:
    """Remove the drawing, whatever it came from."""
    canvas.clear(name)
    _paper(name).given = None


def give(name: str, characters: CharacterSet, row: int) -> None:
    """Put a drawing of a character set in the place of what is on the paper."""
    canvas.clear(name)
    words = characters.origin([characters.drawer_of[row]])
    character = characters.characters[characters.character_of[row]]
    _paper(name).given = Given(words, characters.drawings([row])[0], character)


def swap(first: str, second: str) -> None:
    """Exchange what is on two papers."""
    canvas.swap(first, second)
    one, other = _paper(first), _paper(second)
    one.given, other.given = other.given, one.given
    for paper in (one, other):
        paper.uploads += 1  # a rectangle that was dragged on the other picture must not count for this one


def _show(name: str, given: Given | None) -> None:
    """Show a given drawing or picture on the paper under the canvas, which is transparent.

    Once in a run: Streamlit keeps a second style sheet of the same run until the page is left.
    """
    image = "none"
    if given is not None and given.picture is not None:
        image = f"url({given.picture.url})"
    elif given is not None and given.drawing is not None:
        image = f"url({cards.picture_url(given.drawing)})"
    st.html(f"<style>.st-key-{name}_paper {{ background-image: {image} }}</style>")


def _take_sample(name: str, characters: CharacterSet, chosen: support.Support) -> None:
    sample = support.sample_query(characters, chosen, np.random.default_rng())
    if sample is None:
        canvas.clear(name)
        _paper(name).given = Given("There is no sample: every drawer of these characters is in the support set.")
        return
    give(name, characters, sample[1])


def _take_upload(name: str, key: str) -> None:
    paper, upload = _paper(name), st.session_state[key]
    if upload is None:  # removed again
        return
    paper.uploads += 1
    canvas.clear(name)
    try:
        picture = take(upload.getvalue())
        paper.given = Given(picture.words, picture.drawing, picture=picture)
        st.session_state[f"{name}:picture"] = False  # closes the popover, which covers the answer
    except ink.InkError as error:
        paper.given = Given(without_paths(str(error)))
    except Exception:  # a fault of ours: the visitor keeps the page, the log gets the traceback
        _log.exception("The picture %r could not be read.", upload.name)
        paper.given = Given("Something went wrong while reading this picture; the server's log has the details.")
