"""Worksheets as PDF: a one-shot test on paper for people, with its key, and the printed grid for own alphabets."""

from __future__ import annotations

import string
import unicodedata

import cv2
import numpy as np
from fpdf import FPDF
from PIL import Image

from siamese.classroom import print_fonts
from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials, sample_trials
from siamese.data.printed_grid import (
    FRAME_HEIGHT_MM,
    FRAME_WIDTH_MM,
    GRIDS,
    MARK_MODULES,
    MARK_SIDE_MM,
    NAME_HEIGHT_MM,
    NUMBER_WIDTH_MM,
    mark_places,
    mark_squares,
)
from siamese.errors import UserError
from siamese.evaluation.protocol import max_ways
from siamese.evaluation.trials import Accuracy

PAPERS = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
"""Width and height in mm."""
WAYS = 20
MAX_TRIALS, TRIALS_PER_PAGE = 40, 5
LETTERS = string.ascii_uppercase[:WAYS]
"""What the choices of a question are called."""

_TILE_MM, _QUERY_MM, _COLUMNS = 13.5, 24.0, 10
_QUESTION_MM = 45.0
_HEAD_MM = 22.0
_ENLARGEMENT = 3  # of a drawing, so that its edges are smooth in print: 315 px on 24 mm
_BLACK, _GREY = 0, 130


def paper_test(characters: CharacterSet, alphabet: str, seed: int, trials: int = 10, paper: str = "A4") -> bytes:
    """A PDF with questions of 20-way one-shot recognition, and on its last page their key.

    The same alphabet, seed and number of trials give the same questions. Raises UserError for values out of range and
    for an alphabet with fewer than 20 characters to choose from.
    """
    if not 1 <= trials <= MAX_TRIALS:
        raise UserError(f"{trials} trials: choose from 1 to {MAX_TRIALS}.")
    if seed < 0:
        raise UserError(f"Seed {seed}: use 0 or more.")
    name = alphabet.replace("_", " ")
    own = characters.subset([alphabet])
    if (count := max_ways(own, across=False)) < WAYS:
        raise UserError(
            f"{name} has {count} characters with two drawings or more, and the test needs {WAYS}: choose another "
            "alphabet."
        )
    drawn = sample_trials(own, np.random.default_rng(seed), trials, WAYS, 1, False)
    printed = "" if name_problem(alphabet) else f", {name}"
    pdf, title = _Sheet(paper), f"One-shot test{printed}, seed {seed}"
    for first in range(0, trials, TRIALS_PER_PAGE):
        pdf.begin(
            title, "Which of the 20 characters is the one on the left, drawn by another person? Write its letter."
        )
        for place, trial in enumerate(range(first, min(first + TRIALS_PER_PAGE, trials))):
            _question(pdf, own, drawn, trial, _HEAD_MM + place * _QUESTION_MM)
        pdf.words("Name:", 0, FRAME_HEIGHT_MM - 4, 9)
        pdf.rule(12, 80, FRAME_HEIGHT_MM)
    _key(pdf, title, drawn)
    return bytes(pdf.output())


def name_problem(alphabet: str) -> str:
    """What becomes of an alphabet's name that cannot be printed; "" for other names."""
    name = _as_printed(alphabet.replace("_", " "))
    if print_fonts.printable(name):
        return ""
    return f"No font on this computer has all letters of {name}: the worksheet leaves the name out."


def grid_sheet(boxes: int = 20, paper: str = "A4") -> bytes:
    """A PDF of one page with boxes for the characters of an own alphabet, which Teach reads from a photograph.

    Raises UserError for another number of boxes than `GRIDS` has.
    """
    if boxes not in GRIDS:
        raise UserError(f"{boxes} boxes: choose from {', '.join(map(str, GRIDS))}.")
    grid, pdf = GRIDS[boxes], _Sheet(paper)
    pdf.add_page()
    for number, corners in zip(grid.marks, mark_places(), strict=True):
        pdf.mark(number, *corners[0])
    inner = MARK_SIDE_MM + 5
    pdf.words("Your own alphabet", inner, 0, 15, "B")
    pdf.words("One character in each box, with a dark pen, and its name on the line below.", inner, 7.5, 9.5)
    pdf.words("Then photograph the sheet with all four corner marks. Empty boxes are left out.", inner, 12, 9.5)
    for box in range(boxes):
        left, top, right, bottom = grid.box(box)
        pdf.square(left, top, right - left, grey=_GREY)
        pdf.words(str(box + 1), left, bottom + 2.2, 9, grey=_GREY)
        pdf.rule(left + NUMBER_WIDTH_MM, right, bottom + NAME_HEIGHT_MM - 1)
    pdf.words("Alphabet:", inner, FRAME_HEIGHT_MM - 7, 10)
    pdf.rule(inner + 19, FRAME_WIDTH_MM - inner, FRAME_HEIGHT_MM - 2)
    return bytes(pdf.output())


class _Sheet(FPDF):
    """A PDF whose places are mm in a frame of equal size in the middle of any paper."""

    def __init__(self, paper: str):
        if paper not in PAPERS:
            raise UserError(f"There is no paper {paper!r}: choose from {', '.join(PAPERS)}.")
        width, height = PAPERS[paper]
        super().__init__(format=(width, height))
        self.set_auto_page_break(False)
        self._left, self._top = (width - FRAME_WIDTH_MM) / 2, (height - FRAME_HEIGHT_MM) / 2

    def begin(self, title: str, sentence: str) -> None:
        """A new page with its head."""
        self.add_page()
        self.words(title, 0, 0, 16, "B")
        self.words(sentence, 0, 9, 10.5)
        self.words(f"{self.page_no()}", FRAME_WIDTH_MM - 4, FRAME_HEIGHT_MM - 3, 9, grey=_GREY)

    def words(self, text: str, x: float, y: float, points: float, style: str = "", grey: int = _BLACK) -> None:
        """One line, its upper edge at y, in any script that can be printed."""
        line = _as_printed(text)
        self.set_text_color(grey)
        baseline = self._top + y + 0.3 * points
        if print_fonts.standard(line):
            self.set_font("helvetica", style, points)
            self.text(self._left + x, baseline, line)
        else:
            self._any_script(line, self._left + x, baseline, points, style)

    def _any_script(self, line: str, x: float, baseline: float, points: float, style: str) -> None:
        """Letters that join or change their order, as in Arabic and Devanagari, are shaped by HarfBuzz."""
        family, further = f"base{style.lower()}", print_fonts.further_font(line)
        if family not in self.fonts:
            self.add_font(family, "", print_fonts.base_font(style))
        if further and further.stem.lower() not in self.fonts:
            self.add_font(further.stem, "", further)
            self.set_fallback_fonts([further.stem], exact_match=False)
        self.set_font(family, "", points)
        self.set_text_shaping(True)
        height = points / self.k
        self.set_xy(x, baseline - 0.8 * height)  # fpdf2 puts the baseline at 0.8 of a cell as high as its letters
        self.c_margin = 0
        self.cell(0, height, line)
        self.set_text_shaping(False)

    def square(self, x: float, y: float, side: float, grey: int = _BLACK) -> None:
        """An empty square."""
        self.set_draw_color(grey)
        self.set_line_width(0.3)
        self.rect(self._left + x, self._top + y, side, side)

    def rule(self, x0: float, x1: float, y: float) -> None:
        """A level line to write on."""
        self.set_draw_color(_GREY)
        self.set_line_width(0.2)
        self.line(self._left + x0, self._top + y, self._left + x1, self._top + y)

    def drawing(self, drawing: np.ndarray, x: float, y: float, side: float) -> None:
        """A drawing (105, 105) in a square."""
        soft = cv2.GaussianBlur(drawing, (0, 0), 0.5)
        large = cv2.resize(soft, None, fx=_ENLARGEMENT, fy=_ENLARGEMENT, interpolation=cv2.INTER_CUBIC)
        self.image(Image.fromarray(large < 0.5), self._left + x, self._top + y, side, side)
        self.square(x, y, side, 200)

    def mark(self, number: int, x: float, y: float) -> None:
        """A registration mark."""
        squares, side = mark_squares(number), MARK_SIDE_MM / MARK_MODULES
        self.set_fill_color(_BLACK)
        for row, line in enumerate(squares):
            for column in np.flatnonzero(line):
                place = self._left + x + column * side, self._top + y + row * side
                self.rect(*place, side + 0.02, side + 0.02, "F")  # hairlines between them would show


def _as_printed(text: str) -> str:
    """With accents joined to their letters, where Unicode has a letter for both."""
    return unicodedata.normalize("NFC", text)


def _question(pdf: _Sheet, characters: CharacterSet, trials: Trials, trial: int, top: float) -> None:
    pdf.words(f"{trial + 1}", 0, top, 12, "B")
    (query,) = characters.drawings(trials.query[[trial]])
    pdf.drawing(query, 0, top + 6, _QUERY_MM)
    pdf.words("Answer:", 0, top + _QUERY_MM + 8, 9)
    pdf.rule(13, _QUERY_MM, top + _QUERY_MM + 12)
    step = (FRAME_WIDTH_MM - _QUERY_MM - 6) / _COLUMNS
    for way, drawing in enumerate(characters.drawings(trials.support[trial].ravel())):
        row, column = divmod(way, _COLUMNS)
        x, y = _QUERY_MM + 6 + column * step, top + row * (_TILE_MM + 6)
        pdf.words(LETTERS[way], x, y + 1, 9, "B")
        pdf.drawing(drawing, x, y + 5.5, _TILE_MM)


def _key(pdf: _Sheet, title: str, trials: Trials) -> None:
    """The letters of the right answers, and what a number of right answers means."""
    pdf.begin(f"Key: {title}", "20-way one-shot, within an alphabet: each character is shown once, by another person.")
    half = (len(trials) + 1) // 2
    for trial, way in enumerate(trials.answer):
        column, row = divmod(trial, half)
        pdf.words(f"{trial + 1}", column * 30, _HEAD_MM + row * 8, 12, grey=_GREY)
        pdf.words(LETTERS[int(way)], 9 + column * 30, _HEAD_MM + row * 8, 12, "B")
    pdf.words("Right answers, and the 95 % interval of the accuracy", 80, _HEAD_MM, 10.5, "B")
    per_column = 21
    for right in range(len(trials) + 1):
        column, row = divmod(right, per_column)
        low, high = Accuracy(right, len(trials)).interval()
        line = f"{right} of {len(trials)}: {100 * right / len(trials):.0f} % ({100 * low:.0f} to {100 * high:.0f})"
        pdf.words(line, 80 + column * 50, _HEAD_MM + 8 + row * 7, 10.5)
    pdf.words(
        "Guessing gives 5 %. People reach 95.5 % on Lake's alphabets (Lake et al., 2015), on other trials.", 0, 200, 9
    )
