"""The threshold for signatures: which pairs it is fitted on, and the figures on others."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.data import builtin
from siamese.evaluation.baselines import PixelNearest
from tools import fit_signatures


@pytest.fixture(scope="module")
def pairs():
    characters = builtin.load().subset(["Runic", "Ogham"])
    return fit_signatures.signature_pairs(characters, np.random.default_rng(0), 40)


def test_half_of_the_pairs_have_the_same_initials(pairs):
    firsts, seconds, same = pairs
    assert firsts.shape == seconds.shape == (40, 105, 105)
    assert same.sum() == 20


def test_the_two_signatures_of_a_pair_differ(pairs):
    firsts, seconds, _ = pairs
    assert (firsts != seconds).any(axis=(1, 2)).all()


def test_signatures_of_the_same_initials_overlap_more(pairs):
    firsts, seconds, same = pairs
    overlap = (firsts * seconds).sum(axis=(1, 2)) / np.maximum(firsts, seconds).sum(axis=(1, 2))
    assert overlap[same].mean() > 1.3 * overlap[~same].mean()


def test_the_threshold_is_a_similarity_with_its_figures_on_other_pairs():
    fitted = fit_signatures.fit(PixelNearest(), pairs=60)
    assert 0 <= fitted["signature_threshold"] <= 1
    assert fitted["signatures"]["trials"] == 60
    assert fitted["signatures"]["accuracy"] > 0.7
