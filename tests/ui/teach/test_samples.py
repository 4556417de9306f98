"""Samples for those who cannot draw."""

from __future__ import annotations

from siamese.ui import datasets
from siamese.ui.teach import samples


def test_samples_are_of_kannadas_first_five_characters_by_other_people_than_the_print(home):
    characters, chosen = samples.support_set()
    assert characters.digest == datasets.loaded("builtin").digest
    assert chosen.characters == characters.members("Kannada")[:5]
    assert chosen.drawers == (1,)
    assert chosen.rows.shape == (5, 1)
    assert samples.support_set() == (characters, chosen)
    assert samples.HELP.startswith("One of 5 built-in characters, each time drawn by another person")
