"""Accuracies of people and network as sentences, for the quiz and the board."""

from __future__ import annotations

import html

from siamese.classroom.scoring import Comparison
from siamese.evaluation.published import PEOPLE
from siamese.evaluation.trials import Accuracy

NO_BREAK = "\N{NO-BREAK SPACE}"
LITERATURE = (
    f"People had {100 * PEOPLE.accuracy:.1f}{NO_BREAK}% in {PEOPLE.source}, by another protocol: drawings of Omniglot, "
    "other alphabets, no clock."
)
INTERVALS = (
    f"Right answers, with 95{NO_BREAK}% intervals. That of people allows for differences between them: it is wider "
    "than if every answer were another person's. The network's counts a question that several people had once."
)


def accuracy_words(accuracy: Accuracy) -> str:
    """An accuracy with its trials and interval: 8 of 10, 80 % (49 to 94)."""
    low, high = accuracy.interval()
    return (
        f"{accuracy.right} of {accuracy.trials}, {100 * accuracy.accuracy:.0f}{NO_BREAK}% "
        f"({100 * low:.0f} to {100 * high:.0f})"
    )


def comparison_html(comparison: Comparison, people: str) -> str:
    """HTML: people, orange, beside the network, blue, each with a bar, its interval and the figures. people: their
    name, which is escaped."""
    rows = [(people, "people", comparison.people), ("The network", "network", comparison.network)]
    return f'<div class="comparison">{"".join(_row(*row) for row in rows)}</div>'


def _row(name: str, kind: str, accuracy: Accuracy) -> str:
    low, high = accuracy.interval()
    return (
        f'<div class="row {kind}"><b>{html.escape(name)}</b>'
        f'<span class="bar"><span style="width:{accuracy.accuracy:.1%}"></span>'
        f'<i style="left:{low:.1%};width:{high - low:.1%}"></i></span>'
        f"<span>{html.escape(accuracy_words(accuracy))}</span></div>"
    )
