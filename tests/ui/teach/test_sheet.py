"""The job that reads the photograph of a sheet."""

from __future__ import annotations

import io

import numpy as np

from siamese.data.photograph import grid
from siamese.ui.teach import sheet
from tests.data.test_grid import DRAWN, SHOTS, photograph
from tests.data.test_grid import sheet as filled_in


def test_a_photograph_is_read_in_the_background():
    content = photograph(filled_in(), SHOTS["flat, in even light"], np.random.default_rng(1))
    job = sheet.reading(io.BytesIO(content)).start()
    assert job.wait(60)
    assert job.failure == ""
    assert [box.number for box in job.value.reading.filled] == list(DRAWN)
    assert job.share == 1


def test_what_is_not_a_sheet_is_one_sentence():
    for content, words in ((b"not a picture", "picture"), (photograph_of_nothing(), grid.NOT_A_SHEET)):
        job = sheet.reading(io.BytesIO(content)).start()
        assert job.wait(60)
        assert words in job.failure


def photograph_of_nothing() -> bytes:
    return photograph(np.full((400, 300, 3), 220, np.float32), SHOTS["flat, in even light"], np.random.default_rng(1))
