"""What all visitors share: networks, character sets, the download, curves and the pace of training. One of each a server.

Networks wake in threads of their own, so that every page paints first. State lives in this module and not in a
Streamlit cache, which a visitor could empty for everybody.
"""

from __future__ import annotations

import collections
import dataclasses
import pathlib
import tempfile
import threading
import time
from typing import TYPE_CHECKING

import streamlit as st

from siamese.data import builtin, omniglot, sources
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.runs import checkpoints, control, probe, record
from siamese.runs.follow import Followed

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher


@dataclasses.dataclass
class Network:
    """A network as the pages see it: waking until `done` is set, then a matcher, or a failure in one sentence."""

    matcher: Matcher | None = None
    device: str = ""
    failure: str = ""
    done: threading.Event = dataclasses.field(default_factory=threading.Event)
    file: pathlib.Path | None = None  # weights of a run


TRAINED = 3
"""Networks trained in class that are kept awake at once, 160 MB each where they are as large as Koch's."""


@dataclasses.dataclass
class Download:
    """Omniglot on its way: bytes or drawings done of total, then finished or a failure in one sentence."""

    part: int = 0
    total: int = 1
    started: float = 0.0  # time.monotonic
    failure: str = ""
    running: bool = False


CURVES = 12
"""Curves that are kept in memory."""


@dataclasses.dataclass
class Probe:
    """How fast a preset trains here: being measured until `done` is set, then a pace, or a failure in one sentence."""

    pace: probe.Pace | None = None
    failure: str = ""
    done: threading.Event = dataclasses.field(default_factory=threading.Event)


_network = Network()
_probes: dict[tuple[str, str], Probe] = {}  # preset, data
_probing, _exporting, _loading = threading.Lock(), threading.Lock(), threading.Lock()
_curves: collections.OrderedDict[str, Followed] = collections.OrderedDict()
_trained: collections.OrderedDict[str, Network] = collections.OrderedDict()  # run id -> network, the last used last
_download = Download()
_lock = threading.Lock()
_waking: threading.Thread | None = None


def wake() -> Network:
    """Start loading the network, once a server, and return at once."""
    global _waking
    with _lock:
        if _waking is None:
            _waking = threading.Thread(target=_load_network, name="wake the network", daemon=True)
            _waking.start()
    return _network


def network(run: str = "") -> Network:
    """The shipped network, or that of a run's weights, the best on validation if they are there; awake or not.

    A run that goes on gets better weights: they wake in the background, and until then the earlier ones answer.
    """
    if not run:
        return _network
    try:
        file = control.weights(run, checkpoints.BEST)
    except UserError as error:
        return _failed(str(error))
    with _lock:
        known = _trained.get(run)
        if known is None or (known.done.is_set() and known.file != file):
            waking = Network(file=file)
            if known is None or known.matcher is None:
                _trained[run] = known = waking
            else:
                known.file = file
            threading.Thread(target=_load_trained, args=(run, waking), name=f"wake {run}", daemon=True).start()
        _trained.move_to_end(run)
        awake = [other for other, network in _trained.items() if network.done.is_set() and other != run]
        for other in awake[
            : max(0, len(_trained) - TRAINED)
        ]:  # one that wakes stays: it would be asked for, and begin, again
            del _trained[other]
        return known


def _failed(sentence: str) -> Network:
    failed = Network(failure=sentence)
    failed.done.set()
    return failed


def _load_trained(run: str, waking: Network) -> None:
    """Wake the weights of a run, after the shipped network, which wakes TensorFlow."""
    wake().done.wait()
    try:
        from siamese.network.device import Precision
        from siamese.network.matcher import Matcher

        with _loading:  # one at a time: each takes hundreds of MB for a moment
            matcher = Matcher.load(waking.file)
            matcher.trace()
        waking.device = Precision.of_this_machine().device
        waking.matcher = matcher
    except UserError as error:
        waking.failure = f"These weights cannot be used: {error}"
    except Exception as error:  # as below
        waking.failure = f"These weights cannot be loaded on this machine: {type(error).__name__}: {error}"
    finally:
        waking.done.set()
    with _lock:
        if run in _trained and waking.matcher:
            _trained[run] = waking


def _load_network() -> None:
    try:
        import keras

        # Streamlit calls this after every run of every page, for all threads: a network that is being built then fails, and
        # each run would wait for a collection of all garbage. Nothing here needs it, since no page builds networks.
        keras.backend.clear_session = lambda: None
        from siamese.network.device import Precision
        from siamese.network.matcher import Matcher
        from siamese.network.weights import WeightsError

        try:
            matcher = Matcher.load()
        except WeightsError as error:
            _network.failure = f"The network cannot be used: {error}"
            return
        matcher.trace()
        _network.device = Precision.of_this_machine().device
        _network.matcher = matcher
    except (
        Exception
    ) as error:  # whatever stops TensorFlow on this machine, the pages must say so instead of waiting for ever
        _network.failure = f"The network cannot be loaded on this machine: {type(error).__name__}: {error}"
    finally:
        _network.done.set()


def character_set(name: str) -> CharacterSet:
    """The character set `builtin` or `omniglot`. Raises UserError when it is not there or damaged.

    The first import of Omniglot takes some seconds and shows its progress on the page.
    """
    if name == "builtin":
        return _builtin()
    if not omniglot.packed_file().is_file():
        started, bar = time.monotonic(), st.progress(0.0, "Reading Omniglot …")
        omniglot.load(
            lambda done, total: bar.progress(done / total, f"Reading Omniglot, {time_left(started, done / total)}")
        )
        bar.empty()
    return _omniglot()


def time_left(started: float, share: float) -> str:
    """How long a job still takes, in words, from its start (time.monotonic) and the share that is done."""
    seconds = (time.monotonic() - started) * (1 - share) / max(share, 1e-6)
    return "time left not known yet" if share < 0.02 else f"about {seconds:.0f} s left"


@st.cache_resource(show_spinner=False)
def _builtin() -> CharacterSet:
    return builtin.load()


@st.cache_resource(show_spinner=False)
def _omniglot() -> CharacterSet:
    return omniglot.load()


def validation_set(source: str) -> CharacterSet:
    """The alphabets that runs on a source of `runs.sources` are judged on. Raises UserError when it is not there."""
    if source == "omniglot":
        character_set(source)  # with its progress, when it has to be imported first
    return _validation_set(source)


@st.cache_resource(show_spinner=False)
def _validation_set(source: str) -> CharacterSet:
    return sources.get(source).training_sets()[1]


def export_keras(run: record.Run) -> bytes:
    """A run's best weights as Keras saves a network, one at a time; takes some seconds. Raises UserError."""
    wake().done.wait()
    with _exporting, tempfile.TemporaryDirectory() as folder:
        from siamese.network import export, weights

        target = pathlib.Path(folder) / f"{run.id}.keras"
        export.export(weights.load(control.weights(run.id, checkpoints.BEST)), "keras", target)
        return target.read_bytes()


def curve(run: record.Run) -> Followed:
    """A run's curve as it stands."""
    with _lock:
        followed = _curves.setdefault(run.id, Followed(run))
        _curves.move_to_end(run.id)
        while len(_curves) > CURVES:
            _curves.popitem(last=False)
    followed.update()
    return followed


def pace(preset: str, data: str) -> Probe | None:
    """How fast a preset trains on this machine; the first question starts the measuring. None while a run trains, which would falsify it."""
    with _lock:
        known = _probes.get((preset, data))
        if known is None and not record.trainer_locked():
            known = _probes[preset, data] = Probe()
            threading.Thread(
                target=_measure_pace, args=(preset, data, known), name=f"probe {preset}", daemon=True
            ).start()
        return known


def _measure_pace(preset: str, data: str, found: Probe) -> None:
    """One at a time, and after the network is awake: whoever draws comes first."""
    wake().done.wait()
    try:
        try:
            with _probing:
                found.pace = probe.measure(preset, data)
        except UserError as error:
            found.failure = str(error)
        if record.trainer_locked():  # somebody began to train meanwhile, which slows it: ask again when that is over
            _probes.pop((preset, data), None)
    finally:
        found.done.set()


def download() -> Download:
    """The download, running or not."""
    return _download


def start_download() -> None:
    """Fetch Omniglot in the background; a second press while one runs does nothing."""
    with _lock:
        if _download.running:
            return
        _download.part, _download.total, _download.started, _download.failure, _download.running = (
            0,
            1,
            time.monotonic(),
            "",
            True,
        )
    threading.Thread(target=_fetch_omniglot, name="download Omniglot", daemon=True).start()


def _fetch_omniglot() -> None:
    def progress(part: int, total: int) -> None:
        _download.part, _download.total = part, total

    try:
        omniglot.download(progress)
    except omniglot.OmniglotError as error:
        _download.failure = str(error)
    except Exception as error:  # a thread has nobody to tell
        _download.failure = f"The download failed: {type(error).__name__}: {error}"
    finally:
        _download.running = False
