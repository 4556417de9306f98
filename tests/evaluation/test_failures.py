from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.episodes import sample_trials
from siamese.evaluation.failures import Confusion, by_alphabet, by_drawer, confused
from siamese.evaluation.trials import Accuracy, Choices
from tests import drawn

CHARACTERS = drawn.character_set(alphabets=3, characters=8, drawers=5)


def naive(choices: Choices) -> dict[tuple[int, int], Confusion]:
    """Confusions counted trial by trial."""
    met: dict[tuple[int, int], int] = {}
    wrong: dict[tuple[int, int], list[int]] = {}
    for t in range(len(choices.trials)):
        query = CHARACTERS.character_of[choices.trials.query[t]]
        for way, row in enumerate(choices.trials.support[t, :, 0]):
            pair = tuple(sorted((int(query), int(CHARACTERS.character_of[row]))))
            met[pair] = met.get(pair, 0) + 1
            if way == choices.chosen[t] != choices.trials.answer[t]:
                wrong.setdefault(pair, []).append(t)
    return {pair: Confusion(pair, len(trials), met[pair], tuple(trials)) for pair, trials in wrong.items()}


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 8), st.booleans())
def test_failures_are_what_counting_gives(seed, ways, across):
    rng = np.random.default_rng(seed)
    trials = sample_trials(CHARACTERS, rng, 60, ways, across=across)
    choices = Choices(trials, rng.integers(ways, size=60))
    expected = naive(choices)
    confusions = confused(CHARACTERS, choices, 1000)
    assert {confusion.characters: confusion for confusion in confusions} == expected
    assert [c.wrong for c in confusions] == sorted((c.wrong for c in confusions), reverse=True)
    assert confused(CHARACTERS, choices, 3) == confusions[:3]
    for name, accuracy in by_alphabet(CHARACTERS, choices).items():
        mine = [CHARACTERS.characters[c].alphabet == name for c in CHARACTERS.character_of[trials.query]]
        assert accuracy == Accuracy(int(choices.right[mine].sum()), sum(mine))
    drawers = by_drawer(CHARACTERS, choices)
    assert sum(accuracy.trials for accuracy in drawers.values()) == 60
    for groups in (drawers, by_alphabet(CHARACTERS, choices)):
        shares = [accuracy.accuracy for accuracy in groups.values()]
        assert shares == sorted(shares)


def test_who_is_always_right_confuses_nothing():
    trials = sample_trials(CHARACTERS, np.random.default_rng(0), 30, 5)
    assert confused(CHARACTERS, Choices(trials, trials.answer), 10) == []
