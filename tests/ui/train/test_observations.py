"""What the network saw at a validation, on made-up snapshots."""

from __future__ import annotations

import base64
import io
import re
import types

import numpy as np
import pytest
from PIL import Image

from siamese.ui.train import observations
from tests import drawn
from tests.apps import markup, part_of

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


@pytest.fixture
def snapshots(monkeypatch, home) -> dict[int, dict]:
    """The snapshots of a run by their step."""
    kept = {100: snapshot(5), 200: snapshot(3), 300: snapshot(2)}
    monkeypatch.setattr(observations.runs, "snapshot_steps", lambda run_id: sorted(kept))
    monkeypatch.setattr(observations.runs, "snapshot", lambda run_id, step: kept[step])
    monkeypatch.setattr(observations.datasets, "validation_set", lambda data: CHARACTERS)
    for part in ("pairs", "filters"):
        monkeypatch.setattr(observations, part, lambda shown, part=part: f"<{part} of {id(shown)}>")
    return kept


def seen(status, **session):
    return part_of(
        observations.observations_ui, status("training").run, **{f"train__{key}": own for key, own in session.items()}
    )


def test_before_the_first_validation_the_part_says_what_will_be_there(snapshots, status):
    snapshots.clear()
    page = markup(seen(status))
    assert "<h3>What the network sees</h3>" in page
    assert "From the first validation on" in page


def test_the_newest_snapshot_is_shown_beside_the_one_before(snapshots, status):
    app = seen(status)
    assert "<h3>18 of 20 right, 1 more than at the validation before</h3>" in markup(app)
    assert f"<pairs of {id(snapshots[300])}>" in markup(app)
    assert f"<filters of {id(snapshots[300])}>" in markup(app)
    slider = app.select_slider(key="train:step_shown")
    assert (slider.label, slider.options, slider.value) == ("Step", ["100", "200", "300"], 300)


def test_an_earlier_snapshot_stays_until_the_newest_is_chosen(snapshots, status):
    app = seen(status)
    app.select_slider(key="train:step_shown").set_value(100).run()
    assert "<h3>15 of 20 right</h3>" in markup(app)
    assert app.session_state["train:earlier_step"] == ("lesson-1", 100)
    snapshots[400] = snapshot(0)
    app.run()
    assert "<h3>15 of 20 right</h3>" in markup(app)
    app.select_slider(key="train:step_shown").set_value(400).run()
    assert app.session_state["train:earlier_step"] is None
    assert "<h3>20 of 20 right, 2 more" in markup(app)


@pytest.mark.parametrize("earlier", [("other", 100), ("lesson-1", 150)])
def test_an_earlier_step_of_another_run_or_one_that_is_gone_does_not_count(earlier, snapshots, status):
    assert "18 of 20 right" in markup(seen(status, earlier_step=earlier))


def test_one_snapshot_leaves_nothing_to_choose(snapshots, status):
    del snapshots[100], snapshots[200]
    app = seen(status)
    assert "<h3>18 of 20 right</h3>" in markup(app)
    assert len(app.select_slider) == 0


def test_the_pictures_of_all_snapshots_are_sent_once(monkeypatch, status):
    sent = []
    fixed = types.SimpleNamespace(support=np.array([1, 2]), query=np.array([3]), pairs=np.array([[4, 5], [6, 7]]))
    monkeypatch.setattr(observations, "Fixed", lambda characters: fixed)
    monkeypatch.setattr(observations.datasets, "validation_set", lambda data: f"the set of {data}")
    monkeypatch.setattr(observations.cards, "pictures", lambda characters, rows: sent.append((characters, [*rows])))
    observations.pictures_ui(status("training").run)
    assert sent == [("the set of builtin", [1, 2, 3, 4, 5, 6, 7])]


def test_near_certainty_is_shown_as_text():
    rows = np.arange(4).reshape(2, 2)
    markup = observations.pairs({"pairs.rows": rows, "pairs.similarity": np.array([0.999, 0.001])})
    assert 'title="same character, similarity &gt;0.99"' in markup
    assert "<b>&gt;0.99</b>" in markup
    assert 'title="different character, similarity &lt;0.01"' in markup
    certain = snapshot(0)
    certain["trial.similarity"] = np.where(certain["trial.similarity"] > 0.5, 0.999, 0.1)
    markup = observations.trial(CHARACTERS, certain, None)
    assert "<figcaption>&gt;0.99</figcaption>" in markup
    assert 'title="right, similarity &gt;0.99"' in markup
