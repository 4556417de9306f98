"""Measuring in the background: what the evaluate page sets going, stops and goes on with. No widgets here.

A measuring runs in a thread of its own and publishes a value after every step of about half a second: that value is all that
a page reads, and all that is needed to go on. One step at a time is done on a server, so that many visitors who measure do
not slow those who draw; a measuring that no page has looked at for a while stops by itself and keeps what it has.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.evaluation import verification
from siamese.evaluation.curve import Answers, stream
from siamese.evaluation.features import Features
from siamese.ui import models
from siamese.ui.evaluate.plans import Plan, features, group_set, trials_of

UNSEEN = 90.0
"""Seconds without a look at it after which a measuring stops: browsers tick once a minute in a tab that is not in front."""
PAIRS_AT_ONCE = 100
_turn = threading.Lock()


class Measuring:
    """A value that grows in the background. `go_on(value)` yields the next values; `parts(value)` says (done, total).

    The first value is None: nothing is there yet. Nothing begins before all of `networks` are awake, or cannot be woken.
    """

    def __init__(
        self,
        go_on: Callable[[Any], Iterator[Any]],
        parts: Callable[[Any], tuple[int, int]],
        networks: Callable[[], list[models.Loading]] = list,
    ):
        self._go_on, self._parts, self._networks = go_on, parts, networks
        self.value: Any = None
        self.failure = ""
        self.looked = time.monotonic()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._began = (0.0, 0)  # time.monotonic and parts done when it was last set going

    @property
    def running(self) -> bool:
        """Whether it is at work."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def waits(self) -> bool:
        """Whether a network is still waking."""
        return not all(network.settled for network in self._networks())

    @property
    def _wanted(self) -> bool:
        return not self._stop.is_set() and time.monotonic() - self.looked < UNSEEN

    @property
    def share(self) -> float:
        """The share that is done."""
        done, total = self._parts(self.value)
        return done / total

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.share >= 1

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take at the pace since it was set going; None before it can be known."""
        (began, before), (now, total) = self._began, self._parts(self.value)
        return (time.monotonic() - began) * (total - now) / (now - before) if now > before else None

    def start(self) -> None:
        """Begin or go on; nothing happens while it runs."""
        if self.running:
            return
        self._stop.clear()
        self.failure, self.looked = "", time.monotonic()
        self._began = time.monotonic(), self._parts(self.value)[0]
        self._thread = threading.Thread(target=self._work, name="measure", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the step that is being done, and keep the value."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it has stopped or finished; whether it has."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.running

    def _work(self) -> None:
        try:
            while self.waits and self._wanted:
                time.sleep(0.1)
            steps = self._go_on(self.value)
            while self._wanted:
                with _turn:
                    value = next(steps, None)
                if value is None:
                    return
                self.value = value
                time.sleep(0.005)  # lets the next one have its turn
        except (UserError, ValueError) as error:
            self.failure = str(error)
        except Exception as error:  # a thread has nobody to tell
            self.failure = f"The measuring failed: {type(error).__name__}: {error}"


def measure_curve(plan: Plan) -> Measuring:
    """Accuracy against N of all scorers of a plan: the value is `Answers` by scorer.

    A network in training gets better weights meanwhile: those with which it began answer to the end.
    """
    looked: dict[str, Features] = {}

    def go_on(answered: dict[str, Answers] | None) -> Iterator[dict[str, Answers]]:
        sets = {name: trials_of(plan, name == "seen") for name in plan.names}
        answered = answered or {name: Answers.begin(trials, plan.seed) for name, (_, trials) in sets.items()}
        yield answered
        if not looked:
            looked.update({name: features(name, characters, plan.rival) for name, (characters, _) in sets.items()})
        yield from stream(answered, looked)

    def parts(answered: dict[str, Answers] | None) -> tuple[int, int]:
        total = len(plan.names) * plan.trials
        return sum(map(len, (answered or {}).values())), total

    return Measuring(go_on, parts, lambda: [models.get(run) for run in {"", plan.rival}])


@dataclasses.dataclass(frozen=True)
class Scored:
    """Pairs, and the logits of the first of them."""

    characters: CharacterSet
    pairs: verification.Pairs
    logits: np.ndarray


def measure_pairs(plan: Plan, count: int) -> Measuring:
    """Same or different on so many pairs of a plan's alphabets: the value is `Scored`."""

    def go_on(scored: Scored | None) -> Iterator[Scored]:
        if scored is None:
            characters = group_set(plan.group, plan.only)
            pairs = verification.sample_pairs(characters, np.random.default_rng((plan.seed, count)), count)
            scored = Scored(characters, pairs, np.zeros(0, np.float32))
        looked = features("network", scored.characters)
        while (first := len(scored.logits)) < count:
            some = slice(first, first + PAIRS_AT_ONCE)
            next_pairs = verification.Pairs(
                scored.pairs.first[some], scored.pairs.second[some], scored.pairs.same[some]
            )
            new = verification.score_pairs(looked, next_pairs)
            scored = dataclasses.replace(scored, logits=np.concatenate([scored.logits, new]))
            yield scored

    return Measuring(go_on, lambda scored: (0 if scored is None else len(scored.logits), count), lambda: [models.get()])
