"""What all visitors share: the network, the character sets, the download. One of each a server.

The network wakes in a thread of its own, so that every page paints first. State lives in this module and not in a
Streamlit cache, which a visitor could empty for everybody.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import TYPE_CHECKING

import streamlit as st

from siamese.data import builtin, omniglot
from siamese.data.characters import CharacterSet

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher


@dataclasses.dataclass
class Network:
    """The network as the pages see it: waking until `done` is set, then a matcher, or a failure in one sentence."""

    matcher: Matcher | None = None
    device: str = ""
    failure: str = ""
    done: threading.Event = dataclasses.field(default_factory=threading.Event)


@dataclasses.dataclass
class Download:
    """Omniglot on its way: bytes or drawings done of total, then finished or a failure in one sentence."""

    part: int = 0
    total: int = 1
    started: float = 0.0  # time.monotonic
    failure: str = ""
    running: bool = False


_network = Network()
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


def network() -> Network:
    """The network, awake or not."""
    return _network


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
        matcher.warm()
        _network.device = Precision.of_this_machine().device
        _network.matcher = matcher
    except Exception as error:  # whatever stops TensorFlow on this machine, the pages must say so instead of waiting for ever
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
        omniglot.load(lambda done, total: bar.progress(done / total, f"Reading Omniglot, {time_left(started, done / total)}"))
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


def download() -> Download:
    """The download, running or not."""
    return _download


def start_download() -> None:
    """Fetch Omniglot in the background; a second press while one runs does nothing."""
    with _lock:
        if _download.running:
            return
        _download.part, _download.total, _download.started, _download.failure, _download.running = 0, 1, time.monotonic(), "", True
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
