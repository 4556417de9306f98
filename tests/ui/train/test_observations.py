"""What the network saw at a validation, on made-up snapshots."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from siamese.ui.train import observations
from tests import drawn

CHARACTERS = drawn.character_set(alphabets=1, characters=20, drawers=2)
SUPPORT = np.array([CHARACTERS.row(character, 1) for character in range(20)])
QUERY = np.array([CHARACTERS.row(character, 2) for character in range(20)])


def snapshot(wrong: int) -> dict[str, np.ndarray]:
    """A snapshot in which the first `wrong` queries are matched with the example before theirs."""
    similarity = np.full((20, 20), 0.1)
    for way in range(20):
        similarity[way, way - 1 if way < wrong else way] = 0.8
    return {"trial.support": SUPPORT, "trial.query": QUERY, "trial.similarity": similarity}


def test_a_trial_shows_each_query_next_to_the_example_it_is_matched_with():
    markup = observations.trial(CHARACTERS, snapshot(1), None)
    assert "<h3>19 of 20 right</h3>" in markup
    figures = re.findall(r'<figure class="ask (\w+)".*?card p(\d+) .*?card p(\d+) .*?<figcaption>(.*?)</', markup)
    assert figures[0] == ("wrong", str(QUERY[0]), str(SUPPORT[19]), "0.80")
    assert figures[1:] == [("right", str(QUERY[way]), str(SUPPORT[way]), "0.80") for way in range(1, 20)]
    assert "Alphabet 0" in markup
    assert "never seen in training" in markup


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (5, 3, "17 of 20 right, 2 more than at the validation before"),
        (3, 5, "15 of 20 right, 2 fewer than at the validation before"),
        (3, 3, "17 of 20 right"),
    ],
)
def test_a_trial_is_compared_with_the_validation_before(before, now, words):
    assert f"<h3>{words}</h3>" in observations.trial(CHARACTERS, snapshot(now), snapshot(before))


def test_pairs_are_right_above_one_half_for_the_same_character_and_else_below():
    rows = np.arange(8).reshape(4, 2)
    markup = observations.pairs({"pairs.rows": rows, "pairs.similarity": np.array([0.9, 0.5, 0.4, 0.6])})
    same, different = markup.split("Similarity of two different characters")
    shown = r'<figure class="pair (\w+)" title="(\w+) character, similarity (\S+)">.*?p(\d+) .*?p(\d+) .*?width:(\S+)%'
    assert re.findall(shown, same) == [
        ("right", "same", "0.90", "0", "1", "90.0"),
        ("wrong", "same", "0.50", "2", "3", "50.0"),
    ]
    assert re.findall(shown, different) == [
        ("right", "different", "0.40", "4", "5", "40.0"),
        ("wrong", "different", "0.60", "6", "7", "60.0"),
    ]


def test_filters_are_dark_where_ink_raises_the_output_each_scaled_to_its_largest_weight():
    kernel = np.zeros((10, 10, 1, 18), np.float32)
    kernel[2, 3, 0, 0], kernel[0, 0, 0, 0] = 0.5, -0.25
    kernel[9, 9, 0, 17] = -2.0
    grid = observations.filter_grid(kernel)
    assert grid.shape == (24, 192)  # 16 in a row, 12 px each
    assert grid.dtype == np.uint8
    assert grid[0, 0] == 255  # the margin
    assert grid[1 + 2, 1 + 3] == 0
    assert grid[1, 1] == 191  # half of the largest, with the other sign
    assert grid[1 + 5, 1 + 5] == 128
    assert grid[12 + 1 + 9, 12 + 1 + 9] == 255
    assert grid[1 + 5, 12 + 1 + 5] == 128  # a filter of zeros
    assert (grid[12:, 24:] == 255).all()  # no filters here
    assert observations.filter_grid(kernel[..., :3]).shape == (12, 36)


def test_the_picture_of_the_filters_can_be_opened():
    kernel = np.random.default_rng(0).normal(size=(10, 10, 1, 4)).astype(np.float16)
    markup = observations.filters({"conv1.kernel": kernel})
    content = base64.b64decode(re.search(r'base64,([^"]*)"', markup)[1])
    assert np.array_equal(
        np.array(Image.open(io.BytesIO(content))), observations.filter_grid(kernel.astype(np.float32))
    )
    assert 'width="48" height="12"' in markup
    assert "Its 4 filters of 10 × 10 pixels" in markup
