from __future__ import annotations

from siamese.evaluation import published


def test_published_figures_are_those_of_the_papers():
    assert [(entry.name, entry.accuracy, entry.source) for entry in published.LAKE_RUNS] == [
        ("Attentive recurrent comparators", 0.985, "Shyam et al., 2017"),
        ("Bayesian program learning, from pen strokes", 0.967, "Lake et al., 2015"),
        ("People", 0.955, "Lake et al., 2015"),
        ("Koch's siamese network", 0.920, "Koch et al., 2015"),
        ("Deep convolutional network", 0.865, "Lake et al., 2015"),
        ("Affine model", 0.818, "Koch et al., 2015"),
        ("Hierarchical deep model", 0.652, "Koch et al., 2015"),
        ("Deep Boltzmann machine", 0.620, "Koch et al., 2015"),
        ("Siamese network without convolutions", 0.583, "Koch et al., 2015"),
        ("Simple stroke model", 0.352, "Koch et al., 2015"),
        ("Nearest neighbour, as published", 0.217, "Koch et al., 2015"),
    ]
    assert [entry.name for entry in published.LAKE_RUNS if entry.people] == ["People"]
