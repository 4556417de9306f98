"""A fixed part of the made pictures: on every kind of paper, the character comes out as it was written."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.data.ink import draw_strokes
from siamese.data.normalise import normalise
from siamese.data.photograph import draw_image
from tests.data.test_photograph import CHARACTERS, modified_hausdorff
from tools.papers.kinds import KINDS

MAX_DISTANCE_PX = 1.5  # of normalised drawings; those of the hook and the wave are 14 px apart
TURNED_DISTANCE_PX = 4  # when the sheet is turned by up to 14 degrees


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("character", ["hook", "wave"])
def test_the_paper_does_not_change_the_character(kind: str, character: str) -> None:
    strokes = CHARACTERS[character]
    picture = KINDS[kind](strokes, np.random.default_rng(11))
    ours, drawn = normalise(np.stack([draw_image(picture), draw_strokes(strokes)]))
    most = TURNED_DISTANCE_PX if kind == "sheet_on_desk" else MAX_DISTANCE_PX
    assert modified_hausdorff(ours > 0.5, drawn > 0.5) < most
