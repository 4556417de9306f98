"""The answer of the Verify page: one similarity, the threshold, a sentence."""

from __future__ import annotations

import dataclasses
import html
from typing import Any

import streamlit as st

from siamese.ui import cards

HALF = 0.5
"""The threshold of weights for which none was fitted."""


@dataclasses.dataclass(frozen=True)
class Threshold:
    """The similarity from which two drawings are called the same, and its origin in one sentence."""

    similarity: float
    origin: str

    def same(self, similarity: float) -> bool:
        """Whether two drawings of this similarity are called the same."""
        return similarity >= self.similarity


def threshold(record: dict[str, Any]) -> Threshold:
    """The threshold for pairs of characters in the record of a network's weights, or one half."""
    if record.get("same_threshold") is None:
        return Threshold(HALF, "No threshold was fitted for this network, so one half is used.")
    words = "It was fitted on pairs from validation alphabets, which the network was not trained on."
    return Threshold(record["same_threshold"], f"{words} {_measured(record, 'verification')}".strip())


def signature_threshold(record: dict[str, Any]) -> Threshold:
    """The threshold for signatures, or that for pairs of characters where none was fitted for signatures."""
    if record.get("signature_threshold") is None:
        return threshold(record)
    words = "It was fitted on initials composed of letters from validation alphabets."
    return Threshold(record["signature_threshold"], f"{words} {_measured(record, 'signatures')}".strip())


def _measured(record: dict[str, Any], name: str) -> str:
    """The accuracy on other pairs in a record; "" without it. Nothing has checked this part of a record."""
    try:
        measured = record["calibration"][name]
        accuracy, low, high = (100 * float(measured[key]) for key in ("accuracy", "low", "high"))
        return (
            f"On {int(measured['trials']):,} other pairs of them, {accuracy:.1f} % are judged correctly "
            f"(95 % interval {low:.1f} to {high:.1f})."
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return ""


def scale(similarity: float | None, limit: Threshold) -> str:
    """HTML of a bar from 0 to 1 with the similarity, once there is one, and a mark at the threshold."""
    reached = similarity is not None and limit.same(similarity)
    width = 0.0 if similarity is None else similarity
    words = "no similarity yet" if similarity is None else f"similarity {cards.number(similarity)}"
    return (
        f'<div class="scale {"reached" if reached else ""}" role="img" '
        f'aria-label="{html.escape(words)}, threshold {limit.similarity:.2f}">'
        f'<span style="width:{width:.2%}"></span><i style="left:{limit.similarity:.2%}"></i></div>'
    )


def show(sentence: str, note: str, similarity: float | None, limit: Threshold) -> None:
    """The answer. sentence and note: HTML. Without a similarity, the sentence says what to do."""
    waiting = "waiting" if similarity is None else ""
    st.html(
        f'<div class="answer {waiting}" aria-live="polite"><p class="sentence">{sentence}</p>'
        f'{scale(similarity, limit)}<p class="note">{note}</p></div>'
    )
