"""Same or different: the ROC curve, the threshold, and what a similarity means."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.evaluation import probability, results
from siamese.evaluation import verification as pairs
from siamese.evaluation.verification import Roc, ScoredPairs
from siamese.figures import verification as figures
from siamese.ui import cards, charts, models, state
from siamese.ui.downloads import downloads_ui, file_name
from siamese.ui.evaluate import drawings, protocol_form, recorded
from siamese.ui.evaluate.measurements import Measurement, characters_of, measurement_ui, pairs_job

PAIRS = 2000
HARDEST_PAIRS = 12
"""Pairs of either kind shown."""


def verification_ui(measurement: Measurement) -> None:
    """The part of the page. Raises UserError when the drawings are not installed."""
    protocol, characters, known = (
        measurement.protocol,
        characters_of(measurement.protocol),
        recorded.verification(measurement.protocol),
    )

    def show(scored: ScoredPairs | None, resting: bool) -> None:
        measured = scored is not None and scored.both_kinds
        curve = results.recorded_roc(known) if known else None
        if scored is not None and measured:
            curve = pairs.roc(scored.scores, scored.done.same).as_similarity()
        recorded.origin(not measured, curve is not None)
        if curve is None:
            words = "Press Measure to find how well one threshold separates pairs of the same character from others."
            st.html(f'<p class="note">{words}</p>')
            return
        threshold = threshold_ui(known)
        st.html(sentence(curve, threshold))
        charts_ui(curve, threshold, characters.name)
        if scored is not None and measured and resting:
            calibration_ui(scored, characters.name)
            hardest_ui(scored, characters, threshold)
        if resting:
            about = recorded.about(measurement, not measured) | {"pairs": curve.pairs, "area": round(curve.area, 4)}
            downloads_ui(file_name("roc", characters.name), rows_of(curve), about)
        protocol_form.share()

    key = ("pairs", protocol.group, protocol.alphabets, protocol.seed, measurement.version)
    measurement_ui(key, lambda: pairs_job(protocol, PAIRS), show, known is not None)


def threshold_ui(known: dict[str, Any] | None) -> float:
    """The threshold, a similarity; it starts at the one fitted on validation pairs."""
    choices, matcher = state.of("evaluate"), models.matcher()
    if choices.threshold == 0:
        fitted = (matcher.record if matcher else {}).get("same_threshold")
        if fitted is None:
            fitted = float(probability.sigmoid(known["threshold"])) if known else 0.5
        choices.threshold = min(99, max(1, round(100 * fitted)))
    words = "Threshold: two drawings are called the same from this similarity up"
    st.slider(words, 1, 99, format="0.%02d", key=choices.key("threshold"))
    return choices.threshold / 100


def sentence(curve: Roc, threshold: float) -> str:
    """HTML: the result at a threshold as a sentence."""
    false_positive, true_positive = curve.at(threshold)
    low, high = curve.accuracy(threshold).interval()
    accuracy = 50 * (true_positive + 1 - false_positive)
    return (
        f'<div class="result"><p>At {threshold:.2f}, {accuracy:.1f} % of pairs are judged correctly<small> '
        f"(95 % interval {100 * low:.1f} to {100 * high:.1f}). "
        f"{100 * (1 - true_positive):.1f} % of same pairs are called different; "
        f"{100 * false_positive:.1f} % of different pairs are called the same.</small></p></div>"
    )


def charts_ui(curve: Roc, threshold: float, name: str) -> None:
    """Mistakes against the threshold, and the ROC curve."""
    protocol = f"{name}, {curve.pairs:,} pairs by two drawers, half of them same; area under the curve {curve.area:.3f}"
    left, right = st.columns(2, gap="medium")
    with left:
        figure = figures.thresholds(curve, threshold, charts.dark(), protocol, charts.scale())
        charts.chart(figure, "threshold", "Both kinds of mistake and the accuracy against the threshold.")
    with right:
        charts.chart(figures.roc(curve, threshold, charts.dark(), protocol, charts.scale()), "roc", "ROC curve.")


def calibration_ui(scored: ScoredPairs, name: str) -> None:
    """How far a similarity can be taken for a probability."""
    measured = probability.calibrate(probability.sigmoid(scored.scores), scored.done.same)
    protocol = (
        f"{name}, {len(scored.done):,} pairs by two drawers, half of them same; lines: 95 % intervals; "
        f"expected calibration error {measured.error:.3f}"
    )
    figure = figures.calibration(measured, charts.dark(), protocol, charts.scale())
    charts.chart(figure, "calibration", "The share of pairs that are the same, against their similarity.")


def hardest_ui(scored: ScoredPairs, characters: CharacterSet, threshold: float) -> None:
    """The most similar different pairs and the least similar same ones."""
    done = scored.done
    different, same = pairs.hardest_pairs(scored.scores, done.same, HARDEST_PAIRS)
    places = np.concatenate([different, same])
    cards.pictures(characters, np.concatenate([done.first[places], done.second[places]]))
    similarity = probability.sigmoid(scored.scores)
    for title, own in (("Different, but similar", different), ("The same, but dissimilar", same)):
        st.header(title, anchor=False)
        st.html(drawings.judged_pairs(done, similarity, own.tolist(), threshold))


def rows_of(curve: Roc) -> list[dict[str, float]]:
    """The points of the curve for a file."""
    columns = (curve.threshold, curve.false_positive, curve.true_positive)
    return [
        {"threshold": round(float(t), 4), "false_positive": round(float(f), 4), "true_positive": round(float(p), 4)}
        for t, f, p in zip(*columns, strict=True)
    ]
