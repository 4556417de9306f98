"""The networks that answer, shipped, uploaded or of runs: loaded in the background, once per server.

They live in this module and not in a Streamlit cache, which any visitor could empty for all.
"""

from __future__ import annotations

import collections
import contextlib
import gc
import html
import pathlib
import tempfile
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from siamese import paths, runs
from siamese.errors import UserError
from siamese.ui import state, uploads
from siamese.ui.jobs import FAILED, Job
from siamese.ui.server_paths import without_paths

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher

MAX_RUN_NETWORKS = 3
"""Uploaded networks and those of runs that are kept in memory, 40 MB each where they are columns of Koch's size, 156 MB
where they are one network of it. Others are loaded again when they are needed."""

Loading = Job["Matcher"]


def _load_shipped(value: Matcher | None) -> Iterator[Matcher]:
    with _without_collections():
        import keras

        # Streamlit calls this after every run of a page, for all threads: a network that is being built would fail, and
        # every run would wait for a collection of all garbage. Nothing here needs it: pages do not build networks.
        keras.backend.clear_session = lambda: None
        from siamese.network.matcher import Matcher

        matcher = Matcher.load()
        matcher.trace()
    yield matcher


@contextlib.contextmanager
def _without_collections() -> Iterator[None]:
    """Create objects that stay for good without searching them for garbage, now or later.

    TensorFlow's import makes 430,000 of them. Collections while they are made take 15 % of the import's time; each full
    one later would take 0.2 s, during which no visitor is served.
    """
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


_shipped: Loading = Job("Loading the network", _load_shipped)
_of_runs: collections.OrderedDict[str, tuple[pathlib.Path, Loading]] = collections.OrderedDict()
"""Run id -> (weights file, job), the one used last at the end."""
_replacements: dict[str, tuple[pathlib.Path, Loading]] = {}
"""Run id -> better weights that are being loaded; until they are ready, the earlier ones answer."""
_lock = threading.Lock()
_one_load = threading.Lock()
"""Networks are loaded one at a time: each takes hundreds of MB for a moment."""
_one_export = threading.Lock()


def load_shipped() -> Loading:
    """Start loading the shipped network, once per server, and return at once."""
    if _shipped.state == "new":
        _shipped.start()
    return _shipped


def get(run_id: str = "") -> Loading:
    """The shipped network, an uploaded one, or the one of a run's best weights, as a job whose value is the matcher.

    While a run is training, its weights improve: better ones are loaded in the background, and the earlier ones answer
    until then.
    """
    if not run_id:
        return _shipped
    try:
        file = weights_file(run_id)
    except UserError as error:
        return _failed(str(error))
    with _lock:
        if run_id not in _of_runs:
            _of_runs[run_id] = file, _loading(file).start()
        elif _of_runs[run_id][0] != file:
            _replace(run_id, file)
        _of_runs.move_to_end(run_id)
        _evict()
        return _of_runs[run_id][1]


def matcher(run_id: str = "") -> Matcher | None:
    """The network if it is ready."""
    return get(run_id).value


def failure(run_id: str = "") -> str:
    """Why the network cannot be used, in one sentence; "" while it is loading or ready."""
    return get(run_id).failure


def waiting(run_id: str = "") -> str:
    """Why there is no answer as long as the network is not ready, in one sentence."""
    return failure(run_id) or "The network is loading and will answer in a few seconds."


def device() -> str:
    """The device that computes, in words; "" before the network is ready."""
    if _shipped.value is None:
        return ""
    from siamese.network.device import Precision

    return Precision.of_this_machine().device


def weights_file(network: str) -> pathlib.Path:
    """The weights of the shipped network (""), of an uploaded one, or a run's best. Raises UserError."""
    if not network:
        return paths.ASSETS / "koch.safetensors"
    return uploads.weights_file(network) if network.startswith(uploads.PREFIX) else runs.weights(network, runs.BEST)


def name(network: str) -> str:
    """What a network is called. Raises RunError when there is no such run."""
    if network.startswith(uploads.PREFIX):
        return uploads.names().get(network, "Uploaded network")
    return runs.status(network).name if network else "Shipped"


def choices() -> dict[str, str]:
    """Id -> name of the networks besides the shipped one: uploaded ones and those of runs."""
    return uploads.names() | with_weights()


def with_weights() -> dict[str, str]:
    """Run id -> name of the runs that have weights, newest first; none if runs cannot be read, as Train explains."""
    with contextlib.suppress(UserError):
        return {status.id: status.name for status in runs.statuses() if status.weights}
    return {}


def choose_ui() -> None:
    """The choice of the network that answers, where there is more than one."""
    names = choices()
    if names:
        # Not the key of the choice itself: as a widget's key on every page it would lose its value between pages.
        st.session_state[CHOICE_KEY] = chosen if (chosen := state.of(state.SHARED).network) in names else ""
        st.selectbox(
            "Network that answers",
            ["", *names],
            format_func=lambda id_: names.get(id_, "Shipped"),
            key=CHOICE_KEY,
            on_change=_choose,
        )


CHOICE_KEY = "network that answers"


def _choose() -> None:
    state.of(state.SHARED).network = st.session_state[CHOICE_KEY]


def in_use_ui() -> None:
    """While another network than the shipped one answers: a badge, and the way back to it."""
    shared = state.of(state.SHARED)
    with st.container(key="network_in_use", horizontal=True, vertical_alignment="center"):  # always there: see page.py
        if shared.network:
            badge = UPLOADED_BADGE if shared.network.startswith(uploads.PREFIX) else TRAINED_BADGE
            shown = html.escape(name(shared.network))
            st.html(f'<p class="line">{badge} <span>Answers come from <b>{shown}</b>.</span></p>')
            st.button("Use the shipped network", on_click=use_shipped)
        elif st.session_state.get(state.DROPPED):
            st.html(f'<p class="line">{DROPPED}</p>')


TRAINED_BADGE = '<span class="badge classroom">trained in class</span>'
UPLOADED_BADGE = '<span class="badge classroom">uploaded</span>'
"""HTML: these weights are not the shipped ones."""
DROPPED = (
    "The uploaded network was removed to make room for newer ones, so the shipped one answers. "
    "Upload it again to use it."
)


def use_shipped() -> None:
    """Let the shipped network answer this visitor again."""
    state.of(state.SHARED).network = ""


def export_keras(run_id: str) -> bytes:
    """A run's best weights as a .keras file; one export at a time, some seconds each. Raises UserError."""
    load_shipped().wait()
    with _one_export, tempfile.TemporaryDirectory() as folder:
        from siamese.network import export, weights

        target = pathlib.Path(folder) / f"{run_id}.keras"
        export.export(weights.load(runs.weights(run_id, runs.BEST)), "keras", target)
        return target.read_bytes()


def _loading(file: pathlib.Path) -> Loading:
    def steps(value: Matcher | None) -> Iterator[Matcher]:
        load_shipped().wait()  # it loads TensorFlow
        from siamese.network.matcher import Matcher

        with _one_load:
            loaded = Matcher.load(file)
            loaded.trace()
        yield loaded

    return Job("Loading these weights", steps)


def _replace(run_id: str, file: pathlib.Path) -> None:
    """Load better weights of a run, and let them answer once they are ready."""
    wanted, job = _replacements.get(run_id, (None, None))
    if wanted != file or job is None:
        _replacements[run_id] = file, _loading(file).start()
    elif job.value is not None:
        _of_runs[run_id] = _replacements.pop(run_id)


def _evict() -> None:
    """Drop the networks that were used longest ago, except those that are loading, which would be loaded again."""
    *earlier, _ = _of_runs
    settled = [run_id for run_id in earlier if _of_runs[run_id][1].settled]
    for run_id in settled[: max(0, len(_of_runs) - MAX_RUN_NETWORKS)]:
        del _of_runs[run_id]
        _replacements.pop(run_id, None)


def _failed(sentence: str) -> Loading:
    job: Loading = Job("Loading these weights", lambda value: iter(()))
    job.state, job.failure = FAILED, without_paths(sentence)
    return job
