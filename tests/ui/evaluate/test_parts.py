"""Sentences, tables and pictures of the page's parts."""

from __future__ import annotations

import types

import numpy as np
import pytest

from siamese.data import omniglot
from siamese.evaluation import failures as evaluation_failures
from siamese.evaluation.curve import Answers
from siamese.evaluation.lake import LakeAnswers
from siamese.evaluation.protocol import LAKE_RUNS, Protocol
from siamese.evaluation.verification import Pairs, Roc
from siamese.figures.evaluation import Entry
from siamese.ui.evaluate import curve, drawings, lake, protocol_form, recorded, verification
from siamese.ui.evaluate.measurements import Measurement, characters_of, questions_of


def row(scorer: str, accuracy: float, trials: int = 500) -> dict:
    return {"scorer": scorer, "ways": 20, "trials": trials, "accuracy": accuracy, "low": 0.8, "high": 0.95}


def test_before_measuring_the_sentence_says_what_to_do():
    assert "Press Measure to plot accuracy against N." in curve.sentence([], 20)


@pytest.mark.parametrize(("trials", "headline"), [(1, False), (49, False), (50, True), (500, True)])
def test_no_headline_before_50_trials(trials, headline):
    sentence = curve.sentence([row("network", 1.0, trials)], 20)
    assert ("right in 100.0 %" in sentence) == headline
    assert (f"So far, {trials} trials." in sentence) == (not headline)


@pytest.mark.parametrize(("ways", "chance"), [(20, "5 %"), (40, "2.5 %"), (8, "12.5 %"), (3, "33.3 %")])
def test_the_sentence_compares_with_nearest_neighbour_and_guessing(ways, chance):
    sentence = curve.sentence([row("nearest", 0.168), row("network", 0.9), row("normalised", 0.651)], ways)
    assert f"Among {ways} characters the network is right in 90.0 % of trials" in sentence
    assert "95 % interval 80.0 to 95.0; nearest neighbour 17 %; the same on normalised drawings 65 %" in sentence
    assert f"guessing {chance})." in sentence


def lake_answers(wrong: int, jointly_wrong: int = 0) -> LakeAnswers:
    answer = omniglot.load_runs().answer
    chosen, jointly = answer.copy(), answer.copy()
    for array, count in ((chosen, wrong), (jointly, jointly_wrong)):
        array.flat[:count] = (array.flat[:count] + 1) % 20
    return LakeAnswers(chosen, jointly, answer)


def test_the_joint_naming_is_a_row_apart_from_the_headline():
    table = lake.table({"network": lake_answers(3), "nearest": lake_answers(324, 300)})
    own, apart = table.split("</tbody>", 1)
    assert "<td>network</td><td>397</td><td>99.2</td><td>97.8 to 99.7</td>" in own
    assert "<td>nearest neighbour</td><td>76</td>" in own
    assert '<tr class="apart"><td>A run&#x27;s 20 queries named together, by the network</td><td>400</td>' in apart
    assert "Polis &amp; Ilin, 2021" in apart
    assert "named together" not in own


def test_wrong_answers_of_lakes_runs_show_their_drawings():
    answers = lake_answers(0)
    answers.chosen[3, 5] = (answers.answer[3, 5] + 1) % 20
    markup = drawings.lake_errors(answers, 0)
    for expected in (400 + 3 * 20 + 5, 60 + answers.chosen[3, 5], 60 + answers.answer[3, 5]):
        assert f'"card p{expected} ' in markup
    assert markup.count("<figure>") == 1
    assert "Run 4, trial 6" in markup
    assert drawings.lake_errors(answers, 4).count("<figure>") == 1
    assert "No wrong answer" in drawings.lake_errors(answers, 3)
    grid = drawings.runs_grid(answers)
    assert (grid.count('class="miss"'), grid.count('class="hit"')) == (1, 399)
    assert "Run 4: 19 of 20 right" in grid


def test_forty_wrong_answers_are_shown_and_the_others_counted():
    markup = drawings.lake_errors(lake_answers(55), 0)
    assert markup.count("<figure>") == 40
    assert "The first 40 of 55." in markup
    assert "The first" not in drawings.lake_errors(lake_answers(40), 0)


def test_confused_pairs_show_both_characters_and_count_the_trials():
    protocol = Protocol("lake", across=True, ways=5, trials=300)
    characters, trials = questions_of(protocol)
    answers = Answers(trials, np.random.default_rng(0).random((300, 5)), 1)
    (most, *_) = evaluation_failures.confused(characters, answers.choices(5), 1)
    names = [[characters.characters[c].alphabet, characters.characters[c].name] for c in most.characters]
    markup = drawings.confused_pairs(characters, [{"characters": names, "wrong": most.wrong, "met": most.met}])
    assert f"confused in {most.wrong} of the {most.met} trials that showed both" in markup
    for character in most.characters:
        assert all(f'"card p{own} ' in markup for own in characters.rows(character)[:3])
    unknown = [{"characters": [["Moon", "a"], ["Moon", "b"]], "wrong": 1, "met": 1}]
    assert "No characters were confused" in drawings.confused_pairs(characters, unknown)


def test_judged_pairs_say_what_the_threshold_calls_them():
    pairs = Pairs(np.array([0, 2]), np.array([1, 3]), np.array([True, False]))
    markup = drawings.judged_pairs(pairs, np.array([0.3, 0.6]), [0, 1], 0.5)
    assert '0.30, same: <span class="wrong">called different</span>' in markup
    assert '0.60, different: <span class="wrong">called same</span>' in markup
    assert markup.count('class="right"') == 0
    assert drawings.judged_pairs(pairs, np.array([0.7, 0.2]), [0, 1], 0.5).count('class="right"') == 2


def test_the_sentence_of_a_threshold():
    curve = Roc(np.array([1, 0.5, 0]), np.array([0, 0.025, 1]), np.array([0, 0.986, 1]), 0.9, 2000)
    sentence = verification.sentence(curve, 0.5)
    assert "At 0.50, 98.0 % of pairs are judged correctly" in sentence
    assert "1.4 % of same pairs are called different; 2.5 % of different pairs are called the same." in sentence


def test_recorded_curves_stand_in_for_their_own_protocol(monkeypatch):
    short = {"scorer": "network", "ways": 5, "accuracy": 0.9}
    rows = [short, short | {"ways": 20}, short | {"scorer": "nearest"}]
    records = {
        group: {"protocol": {"group": group, "alphabets": [], "trials": 2000, "seed": 3}, "rows": rows}
        for group in ("validation", "background")
    }
    monkeypatch.setattr(recorded, "load", lambda: {"curves": records})
    protocol = Protocol("validation", ways=5)
    known = Protocol("validation", trials=2000, seed=3)
    assert recorded.curve(Measurement(protocol)) == (known, [short, short | {"scorer": "nearest"}])
    training = [short, short | {"scorer": "nearest"}, short | {"scorer": "training"}]
    assert recorded.curve(Measurement(protocol, training=True)) == (known, training)
    for other in (
        Measurement(protocol, compared="a-run"),
        Measurement(Protocol("lake")),
        Measurement(Protocol(shots=2)),
    ):
        assert recorded.curve(other) is None


@pytest.mark.parametrize(
    ("protocol", "badge", "sentence"),
    [
        (Protocol("lake"), "never seen in training", None),
        (Protocol("background"), "seen in training", None),
        (Protocol("validation"), "9 of 10 never seen in training", "Syriac (Serto) shares a script with"),
        (LAKE_RUNS, "never seen in training", None),
    ],
)
def test_the_badge_counts_alphabets_whose_script_was_seen(protocol, badge, sentence):
    words, markup = protocol_form._seen(protocol)
    assert f">{badge}</span>" in markup
    assert (sentence in words) if sentence else words == ""


def test_names_of_lines_and_groups():
    names = Measurement(Protocol()).labels
    assert (names["network"], names["training"]) == ("network", "network, training alphabets")
    assert protocol_form.group_label("runs") == "Lake's 400 trials"
    assert protocol_form.group_label("lake") == "Omniglot, Lake's ten"


def test_alphabets_are_cached_for_all_protocols_of_the_same_ones():
    assert characters_of(Protocol("lake", ways=5)) is characters_of(Protocol("lake", ways=9, seed=4))
    assert questions_of(Protocol("lake", ways=5)) is questions_of(Protocol("lake", ways=5))
    assert questions_of(Protocol("lake", ways=5)) is not questions_of(Protocol("lake", ways=4))


def test_a_file_of_lakes_runs_has_bounds_of_four_places():
    entry = Entry("Network", 0.9925, (0.97823456, 0.99741234))
    row = lake.csv_row(entry, "measured")
    assert (row["low"], row["high"], row["source"]) == (0.9782, 0.9974, "measured")


def test_numbers_of_trials_to_choose_from():
    assert protocol_form.TRIALS == (100, 200, 500, 1000, 2000, 5000)


@pytest.mark.parametrize(
    ("matcher", "from_record", "anything", "words"),
    [
        (None, True, True, "Recorded on 2026-01-02 by <code>make &lt;results&gt;</code>."),
        ("same", True, True, "</code>."),
        ("other", True, True, "<b>These results are of other weights than the ones that answer here: measure again."),
        ("other", False, True, "Measured here."),
        ("other", False, False, ""),
    ],
)
def test_the_origin_of_figures_is_named(matcher, from_record, anything, words, monkeypatch):
    shown: list[str] = []
    monkeypatch.setattr(recorded.st, "html", shown.append)
    made = {"date": "2026-01-02", "command": "make <results>", "weights_sha256": "same"}
    monkeypatch.setattr(recorded, "load", lambda: {"made": made})
    answering = types.SimpleNamespace(record={"sha256": matcher}) if matcher else None
    monkeypatch.setattr(recorded.models, "matcher", lambda: answering)
    recorded.origin(from_record, anything)
    assert words in shown[0]
    assert ("measure again" in shown[0]) == (matcher == "other" and from_record)


def test_without_results_the_page_says_how_they_are_recorded(monkeypatch):
    shown: list[str] = []
    monkeypatch.setattr(recorded.st, "html", shown.append)
    monkeypatch.setattr(recorded, "load", dict)
    recorded.origin(from_record=False, anything=False)
    assert "<code>make results</code> records them" in shown[0]
