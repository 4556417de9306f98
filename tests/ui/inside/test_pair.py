"""Two embeddings: how their differences become the similarity, in words."""

from __future__ import annotations

import numpy as np

from siamese.ui.inside import pair


def test_contributions_and_the_bias_add_up_to_the_logit_and_its_sigmoid():
    words = pair.sentence(np.array([-1.25, 0.5, -0.25]), 1.75)
    assert words == (
        "Bias 1.750, and 3 weighted differences that add up to −1.000, make the logit 0.750. "
        "Its sigmoid is the similarity, 0.68."
    )


def test_minus_signs_are_those_of_print():
    assert [pair.signed(value) for value in (-0.5, 0.0, 12.3456)] == ["−0.500", "0.000", "12.346"]
