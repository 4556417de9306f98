"""What the board says of a drawing whose character or alphabet may be gone."""

from __future__ import annotations

import types

from siamese.errors import UserError
from siamese.ui.play import board
from tests import drawn


def gone(source: str, name: str):
    raise UserError("This alphabet is not on this server any more.")


def test_names_of_characters_are_shown_as_text_also_when_they_are_gone(monkeypatch):
    alphabet = drawn.character_set(alphabets=1, characters=3, drawers=2)
    drawing = types.SimpleNamespace(source="builtin", alphabet="A")
    monkeypatch.setattr(board.setup, "alphabet", lambda source, name: alphabet)
    known = alphabet.characters[1]
    assert board._character(drawing, known.name) == board.cards.spoken(known)
    assert board._character(drawing, "<img>") == "&lt;img&gt;"
    monkeypatch.setattr(board.setup, "alphabet", gone)
    assert board._character(drawing, "<img>") == "&lt;img&gt;"
