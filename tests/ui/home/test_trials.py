"""The table of accuracies on alphabets of the training and on others."""

from __future__ import annotations

from siamese.evaluation import results
from siamese.ui.home import look_up, trials


def row(scorer: str, ways: int, accuracy: float) -> dict:
    return {"scorer": scorer, "ways": ways, "accuracy": accuracy, "low": accuracy - 0.01, "high": accuracy + 0.01}


def test_accuracies_are_those_of_n_and_only_of_groups_that_were_recorded():
    rows = [row("network", 5, 0.96), row("nearest", 5, 0.35), row("network", 20, 0.89), row("nearest", 20, 0.17)]
    curves = {"lake": {"rows": rows}, "background": {"rows": rows[:1]}, "builtin": {"rows": rows}}
    assert trials.accuracies(curves, 20) == [
        [trials.GROUPS["lake"], "89.0 % (88.0 to 90.0)", "17.0 % (16.0 to 18.0)", "5 %"]
    ]
    assert trials.accuracies(curves, 5)[0][1:] == ["96.0 % (95.0 to 97.0)", "35.0 % (34.0 to 36.0)", "20 %"]
    assert trials.accuracies({}, 20) == []


def test_the_shipped_results_have_every_group_of_the_table():
    curves = results.load()["curves"]
    for ways in trials.SHOWN_WAYS:
        assert len(trials.accuracies(curves, ways)) == len(trials.GROUPS)


def test_the_example_is_the_one_of_the_readme():
    assert look_up.example().splitlines()[-1].startswith("print(")
    assert "Matcher.load()" in look_up.example()
