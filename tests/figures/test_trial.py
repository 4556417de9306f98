"""A trial as a picture: every drawing is in it, each in its place."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from siamese.figures import trial
from tests import drawn


@pytest.mark.parametrize("ways", [2, 5, 20, 23])
def test_all_ink_is_in_the_picture(ways):
    query, support = drawn.scribble(0, 1), np.stack([drawn.scribble(way, 2) for way in range(ways)])
    picture = np.asarray(Image.open(io.BytesIO(trial.picture(query, support))))
    assert (picture < 64).sum() == (query > 0.75).sum() + (support > 0.75).sum()
    assert np.array_equal(picture[6:111, 129:234] < 128, support[0] > 0.5)
    if ways > 6:  # the second row of five
        assert np.array_equal(picture[117:222, 129:234] < 128, support[5] > 0.5)
