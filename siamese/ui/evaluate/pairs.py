"""Same or different: the ROC curve, what moves with the threshold, what a similarity is worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from siamese.evaluation import probability, results, verification
from siamese.evaluation.probability import sigmoid
from siamese.evaluation.verification import Roc
from siamese.figures import verification as figures
from siamese.ui import cards, models, state
from siamese.ui.evaluate import curve, keep, measuring, pictures, plans, setup, work
from siamese.ui.evaluate.measuring import Scored
from siamese.ui.evaluate.plans import Plan

PAIRS = 2000
EDGE = 12
"""Pairs shown at the edge, of either kind."""


def pairs_ui(plan: Plan) -> None:
    """The part of the page. Raises UserError when the alphabets are not there."""
    characters = plans.group_set(plan.group, plan.only)
    setup.note(plan, characters)
    key = ("pairs", plan.group, plan.only, plan.seed)
    ticks = work.ticking(key)

    @st.fragment(run_every=ticks)
    def live() -> None:
        job, known = work.look(key, ticks is not None), recorded(plan)
        work.work_ui(key, lambda: measuring.measure_pairs(plan, PAIRS), known is not None, work.next_draw)
        scored: Scored | None = job.value if job is not None else None
        measured = rates_of(scored) if scored is not None and both_kinds(scored) else None
        rates = measured or (results.recorded_roc(known) if known else None)
        keep.origin(measured is None, rates is not None)
        if rates is None:
            st.html(
                '<p class="note">Measure to see how well one threshold tells pairs of the same character from pairs of different ones.</p>'
            )
            return
        threshold = threshold_ui(known)
        st.html(sentence(rates, threshold))
        words = f"{characters.name}, {rates.pairs:,} pairs by two drawers, half of them same; area under the curve {rates.area:.3f}"
        left, right = st.columns(2, gap="medium")
        with left:
            figure = figures.thresholds(rates, threshold, keep.dark(), words)
            keep.chart(figure, "threshold", "Both kinds of mistake and the accuracy against the threshold.")
        with right:
            keep.chart(
                figures.roc(rates, threshold, keep.dark(), words),
                "roc",
                "ROC curve.",
            )
        if scored is not None and ticks is None:
            calibration_ui(scored, characters.name)
            edges_ui(scored, threshold)
        if ticks is None:
            rows = [
                {
                    "threshold": round(float(s), 4),
                    "false_positive": round(float(f), 4),
                    "true_positive": round(float(t), 4),
                }
                for s, f, t in zip(rates.threshold, rates.false_positive, rates.true_positive, strict=True)
            ]
            about = curve.about(plan, characters, measured is None) | {
                "pairs": rates.pairs,
                "area": round(rates.area, 4),
            }
            keep.take_away(keep.file_name("roc", characters.name), rows, about)
        setup.share()

    live()


def threshold_ui(known: dict[str, Any] | None) -> float:
    """The threshold as a similarity; it begins where validation pairs put it."""
    session, network = state.of("evaluate"), models.matcher()
    fitted = (
        (network.record if network else {}).get("same_threshold")
        or (known and float(sigmoid(known["threshold"])))
        or 0.5
    )
    if session.threshold == 0:
        session.threshold = min(99, max(1, round(100 * fitted)))
    st.slider(
        "Threshold: two drawings are called the same from this similarity on",
        1,
        99,
        format="0.%02d",
        key=state.of("evaluate").key("threshold"),
    )
    return session.threshold / 100


def sentence(rates: Roc, threshold: float) -> str:
    """HTML: what the threshold gives."""
    fooled, found = rates.at(threshold)
    low, high = rates.accuracy(threshold).interval()
    return (
        f'<div class="result"><p>Same from {threshold:.2f} on: right in {50 * (found + 1 - fooled):.1f} % of pairs<small> '
        f"(95 % interval {100 * low:.1f} to {100 * high:.1f}); of the same pairs {100 * (1 - found):.1f} % are called different, "
        f"of the different ones {100 * fooled:.1f} % are called same.</small></p></div>"
    )


def calibration_ui(scored: Scored, name: str) -> None:
    """How far a similarity can be taken for a probability."""
    done = len(scored.logits)
    found = probability.calibrate(sigmoid(scored.logits), scored.pairs.same[:done])
    words = f"{name}, {done:,} pairs by two drawers, half of them same; lines: 95 % intervals; expected calibration error {found.error:.3f}"
    keep.chart(
        figures.calibration(found, keep.dark(), words),
        "calibration",
        "How many pairs are the same, against their similarity.",
    )


def edges_ui(scored: Scored, threshold: float) -> None:
    """Pairs where it is hardest: the most similar different ones, the least similar same ones."""
    done = len(scored.logits)
    pairs = verification.Pairs(scored.pairs.first[:done], scored.pairs.second[:done], scored.pairs.same[:done])
    different, same = verification.hardest_pairs(scored.logits, pairs.same, EDGE)
    similarity = sigmoid(scored.logits)
    rows = np.concatenate([pairs.first, pairs.second])[np.concatenate([different, same, different + done, same + done])]
    cards.pictures(scored.characters, rows)
    for title, places in (("Different, and yet alike", different), ("The same, and yet unlike", same)):
        st.subheader(title, anchor=False)
        st.html(pictures.edge_pairs(pairs, similarity, places.tolist(), threshold))


def both_kinds(scored: Scored) -> bool:
    """Whether pairs of both kinds have been scored."""
    same = scored.pairs.same[: len(scored.logits)]
    return bool(same.any() and not same.all())


def rates_of(scored: Scored) -> Roc:
    """The rates of the pairs scored so far."""
    return verification.roc(scored.logits, scored.pairs.same[: len(scored.logits)]).as_similarity()


def recorded(plan: Plan) -> dict[str, Any] | None:
    """The recorded pairs of this group, when it is taken whole."""
    return None if plan.only else (keep.recorded() or {}).get("verification", {}).get(plan.group)
