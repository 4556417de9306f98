"""Accuracies of people and network in words and bars."""

from __future__ import annotations

from siamese.classroom.scoring import Comparison
from siamese.evaluation.trials import Accuracy
from siamese.ui.play import results


def test_an_accuracy_has_its_trials_and_interval():
    assert results.accuracy_words(Accuracy(8, 10)) == "8 of 10, 80\N{NO-BREAK SPACE}% (49 to 94)"


def test_people_and_network_have_a_row_each_in_their_colours():
    people, network = results.comparison_html(Comparison(Accuracy(8, 10), Accuracy(5, 10)), "<You>").split(
        '<div class="row '
    )[1:]
    assert people.startswith('people"><b>&lt;You&gt;</b>')
    assert 'style="width:80.0%"' in people
    assert 'style="left:49.0%;width:45.3%"' in people
    assert "8 of 10" in people
    assert network.startswith('network"><b>The network</b>')
    assert 'style="width:50.0%"' in network
    assert "5 of 10" in network


def test_the_literature_is_quoted_with_its_protocol():
    assert "People had 95.5\N{NO-BREAK SPACE}% in Lake et al., 2015" in results.LITERATURE
    assert "another protocol" in results.LITERATURE
