"""The Evaluate page's own modules, with pixels in the network's place and scribbles in Omniglot's."""

from __future__ import annotations

import types
from typing import ClassVar

import numpy as np
import pytest

from siamese.evaluation.baselines import PixelNearest
from siamese.ui import charts, models
from siamese.ui.evaluate import curve, failures, lake, recorded, trial, verification
from siamese.ui.jobs import Job
from tests import networks


class Pixels(PixelNearest):
    """In the network's place: knows what it was trained on, and answers by pixels."""

    record: ClassVar = {
        "sha256": "pixels",
        "trained_on": {"alphabets": ["Greek", "Latin", "Futurama"], "scripts": ["Greek", "Latin", "Syriac"]},
    }

    def trained_on(self, alphabet):
        return (
            alphabet.name in self.record["trained_on"]["alphabets"]
            or alphabet.script in self.record["trained_on"]["scripts"]
        )

    def match(self, drawing, support):
        ways, shots = support.shape[:2]
        scores = self.compare(self.prepare(drawing[None]), self.prepare(support.reshape(ways * shots, 105, 105)))
        logit = scores.reshape(ways, shots).mean(axis=1)
        return types.SimpleNamespace(
            logit=logit, similarity=np.exp(-np.abs(logit)), best=int(logit.argmax()), none=False
        )


class Reversed(Pixels):
    """Other weights: the opposite answers."""

    record: ClassVar = {"sha256": "reversed", "trained_on": Pixels.record["trained_on"]}

    def compare(self, queries, support):
        return -super().compare(queries, support)


@pytest.fixture(autouse=True)
def pixels(fake_omniglot, monkeypatch) -> None:
    monkeypatch.setattr(models, "_shipped", networks.ready(Pixels()))


def finish(job: Job) -> Job:
    """Start or continue a measurement and wait for its end."""
    job.start()
    assert job.wait(120)
    assert job.failure == ""
    return job


@pytest.fixture
def sent(monkeypatch) -> types.SimpleNamespace:
    """What a part of the page sends: charts by name (figure, text for the blind), downloads by name (rows, about,
    picture), and what the line of origin is given."""
    kept = types.SimpleNamespace(charts={}, downloads={}, origins=[])

    def downloads_ui(name, rows, about, picture=None):
        kept.downloads[name] = list(rows), dict(about), picture

    monkeypatch.setattr(charts, "chart", lambda figure, name, alt: kept.charts.update({name: (figure, alt)}))
    monkeypatch.setattr(recorded, "origin", lambda *given: kept.origins.append(given))
    for part in (curve, failures, lake, trial, verification):
        monkeypatch.setattr(part, "downloads_ui", downloads_ui)
    return kept


def title(figure) -> str:
    """The title of a figure, and the protocol below it in one line."""
    return f"{figure.layout.title.text} {figure.layout.title.subtitle.text}".replace("<br>", " ")
