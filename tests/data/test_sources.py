"""The registry of data sources, and what networks are trained on."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.data import sources, splits
from siamese.data.batches import BatchSampler
from siamese.data.episodes import sample_trials
from siamese.errors import UserError
from siamese.presets import PRESETS


def test_the_built_in_alphabets_train_alone():
    training, validation = sources.get("builtin").training_sets()
    assert BatchSampler(training, PRESETS["best"]).batch(0).shape == (128, 105, 105)
    assert len(sample_trials(validation, np.random.default_rng(0), 5)) == 5
    assert len(validation.alphabets) >= 4


def test_what_they_are_judged_on_was_never_seen():
    training, validation = sources.get("builtin").training_sets()
    held_out = {splits.SCRIPTS[name] for name in splits.EVALUATION if name in splits.SCRIPTS}
    assert not {a.script for a in training.alphabets} & held_out
    assert {a.script for a in validation.alphabets} <= held_out
    assert not {a.script for a in validation.alphabets} & {splits.SCRIPTS.get(name) for name in splits.LAKE_TEN}


def test_unknown_and_absent_data_are_said(home):
    with pytest.raises(UserError, match="no data source 'clouds'"):
        sources.get("clouds").training_sets()
    with pytest.raises(UserError, match="data download"):
        sources.get("omniglot").training_sets()
