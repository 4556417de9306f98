"""Measurements in the background: what is measured, the jobs of a visitor, and the controls of a job.

One step at a time is done on a server, so that many visitors who measure do not slow down those who draw. A
measurement that no page has watched for a while stops by itself and keeps its value.
"""

from __future__ import annotations

import dataclasses
import functools
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import streamlit as st
from cachetools import LRUCache, cached

from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials
from siamese.errors import UserError
from siamese.evaluation import curve, scorers, verification
from siamese.evaluation.curve import Answers
from siamese.evaluation.features import Features, Scorer
from siamese.evaluation.protocol import LAKE_RUNS, RUNS, Protocol
from siamese.evaluation.verification import ScoredPairs
from siamese.ui import datasets, links, messages, models, state
from siamese.ui.jobs import READY, Job

UNWATCHED_SECONDS = 90.0
"""Browsers tick once a minute in a tab that is not in front."""
TICK_SECONDS = 1.0
LOADING_CHECK_SECONDS = 0.1
MAX_JOBS = 6
"""Measurements kept per visitor, those used last."""
MAX_FEATURES = 7
"""Feature sets kept per server, those used last: each up to 28 KB per drawing."""
TRAINING, COMPARED = "training", "compared"
"""Lines of a curve in addition to the scorers: the network on training alphabets, and a network trained in class."""

_turn = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What is measured. training: whether the network is also tried on training alphabets.

    compared: the run whose network is compared, "" for none. version: of the drawings' file; when an own set changes,
    it is measured anew.
    """

    protocol: Protocol
    training: bool = False
    compared: str = ""
    version: Hashable = None

    @property
    def lines(self) -> dict[str, Protocol]:
        """The protocol of each line of the curve, by key."""
        lines = {scorers.NETWORK: self.protocol}
        if self.training and self.protocol.training is not None:
            lines[TRAINING] = self.protocol.training
        if self.compared:
            lines[COMPARED] = self.protocol
        return lines | {key: self.protocol for key in scorers.BASELINES if key != "chance"}

    @property
    def labels(self) -> dict[str, str]:
        """The lines of the curve for readers, by key; a network trained in class goes by its run's name."""
        labels = {key: info.label for key, info in scorers.SCORERS.items()} | {TRAINING: "network, training alphabets"}
        if self.compared:
            labels[COMPARED] = models.name(self.compared)
        return labels


def characters_of(protocol: Protocol) -> CharacterSet:
    """The drawings of a protocol, from memory after the first call. Raises UserError when they are not installed."""
    same_drawings = LAKE_RUNS if protocol.group == RUNS else Protocol(protocol.group, protocol.alphabets)
    return _characters(same_drawings, datasets.version(protocol.source))


def questions_of(protocol: Protocol) -> tuple[CharacterSet, Trials]:
    """The drawings and trials of a protocol, from memory after the first call. Raises UserError."""
    return _questions(protocol, datasets.version(protocol.source))


@functools.lru_cache(maxsize=12)
def _characters(protocol: Protocol, version: Hashable) -> CharacterSet:
    return protocol.characters(datasets.loaded)


@functools.lru_cache(maxsize=12)
def _questions(protocol: Protocol, version: Hashable) -> tuple[CharacterSet, Trials]:
    return protocol.questions(datasets.loaded)


def features_of(key: str, characters: CharacterSet, compared: str = "") -> Features:
    """The features of a line of the curve, by its key, shared by all visitors. Raises UserError while a network is
    loading."""
    run_id = compared if key == COMPARED else ""
    if key in scorers.BASELINES:
        scorer, identity = scorers.make(key), key
    else:
        scorer = models.matcher(run_id)
        if scorer is None:
            raise UserError(models.failure(run_id) or "The network is loading.")
        identity = str(scorer.record["sha256"])
    return _features(identity, characters.digest, scorer, characters)


@cached(LRUCache(MAX_FEATURES), key=lambda *given: given[:2], condition=threading.Condition())
def _features(identity: str, digest: str, scorer: Scorer, characters: CharacterSet) -> Features:
    return Features(scorer, characters)


def curve_job(measurement: Measurement) -> Job[dict[str, Answers]]:
    """Accuracy against N of all lines: the value is the answers by line, {} while a network is loading.

    A network in training gets better weights meanwhile; those that gave the first answer give them all.
    """
    features: dict[str, Features] = {}

    def steps(answers: dict[str, Answers] | None) -> Iterator[dict[str, Answers]]:
        while not all(models.get(run_id).settled for run_id in {"", measurement.compared}):
            yield answers or {}
            time.sleep(LOADING_CHECK_SECONDS)
        questions = {key: questions_of(protocol) for key, protocol in measurement.lines.items()}
        if not features:
            features.update({key: features_of(key, own, measurement.compared) for key, (own, _) in questions.items()})
        seed = measurement.protocol.seed
        yield from curve.stream(
            answers or {key: Answers.begin(own, seed) for key, (_, own) in questions.items()}, features
        )

    total = len(measurement.lines) * measurement.protocol.trials
    return _job("The measurement", steps, lambda answers: (sum(map(len, (answers or {}).values())), total))


def pairs_job(protocol: Protocol, count: int) -> Job[ScoredPairs]:
    """Same or different: the value is the pairs scored so far."""

    def steps(scored: ScoredPairs | None) -> Iterator[ScoredPairs]:
        characters = characters_of(protocol)
        scored = scored or ScoredPairs.begin(characters, protocol.seed, count)
        while not models.get().settled:
            yield scored
            time.sleep(LOADING_CHECK_SECONDS)
        yield from verification.stream(scored, features_of(scorers.NETWORK, characters))

    return _job("The measurement", steps, lambda scored: (0 if scored is None else len(scored.scores), count))


def _job(name: str, steps: Callable[[Any], Iterator[Any]], progress: Callable[[Any], tuple[float, float]]) -> Job:
    return Job(name, steps, progress, UNWATCHED_SECONDS, _turn)


def jobs() -> dict[Hashable, Job]:
    """This visitor's measurements, by what they measure."""
    return st.session_state.setdefault("measurements", {})


def start(key: Hashable, make: Callable[[], Job]) -> None:
    """Start or continue a measurement; the visitor's other ones stop."""
    kept = jobs()
    for other in kept.values():
        other.stop()
    kept[key] = kept.pop(key, None) or make()
    for oldest in list(kept)[:-MAX_JOBS]:
        del kept[oldest]
    kept[key].start()


def measurement_ui(
    key: Hashable,
    make: Callable[[], Job],
    show: Callable[[Any, bool], None],
    recorded: bool,
    other_trials: bool = True,
) -> None:
    """The controls of a measurement, and what `show(value, resting)` makes of its value, each second while it runs.

    recorded: whether `show` has recorded results to show before anything is measured; other_trials: whether the seed
    can be changed.
    """
    job = jobs().get(key)
    running = job is not None and job.running

    @st.fragment(run_every=TICK_SECONDS if running else None)
    def live() -> None:
        job = jobs().get(key)
        if job is not None:
            job.watch()
        if (job is not None and job.running) != running:  # a fragment cannot change its own interval
            st.rerun()
        _controls(key, make, job, "Measure again" if recorded else "Measure", other_trials)
        show(job.value if job is not None else None, not running)

    live()


def _controls(key: Hashable, make: Callable[[], Job], job: Job | None, measure: str, other_trials: bool) -> None:
    with st.container(key="measurement", horizontal=True, vertical_alignment="center", gap="medium"):
        if job is None:
            st.button(measure, on_click=start, args=(key, make), type="primary", key="measure")
        elif job.running:
            st.button("Stop", on_click=job.stop, key="stop measuring")
        elif job.state != READY:
            st.button("Continue", on_click=start, args=(key, make), type="primary", key="continue measuring")
        elif other_trials:
            st.button(
                "Measure other trials", on_click=next_seed, key="other trials", help="The same with the next seed."
            )
        if job is not None and job.state != READY:
            st.progress(job.share, f"{job.share:.0%} done, {_time_left(job)}")
    if job is not None and job.failure:
        messages.error(job.failure)


def _time_left(job: Job) -> str:
    if not job.running:
        return "stopped"
    if models.matcher() is None:
        return "the network is loading …"
    return "preparing the drawings …" if job.seconds_left is None else datasets.time_left(job)


def next_seed() -> None:
    """The same protocol with other trials."""
    choices = state.of("evaluate")
    choices.seed = (choices.seed + 1) % (links.MAX_SEED + 1)
