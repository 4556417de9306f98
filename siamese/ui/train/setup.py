"""The form for a new run: preset, data and settings, the estimated duration, and the button that starts it."""

from __future__ import annotations

import dataclasses
import html
import threading
from collections.abc import Iterator

import streamlit as st

from siamese import runs
from siamese.config import TrainConfig
from siamese.data import sources
from siamese.errors import UserError
from siamese.presets import PRESETS
from siamese.runs import Speed
from siamese.ui import charts, datasets, links, messages, models, state, teacher
from siamese.ui.jobs import Job
from siamese.ui.train import labels

ESTIMATE_CHECK_SECONDS = 1.0
"""Interval at which the page checks whether the estimate is ready."""
MAX_STEPS = 1_000_000
FIELD_WIDTH_PX = 160
"""Of a number, at normal text size: two of them fit next to each other on a phone."""

_speeds: dict[str, Job[Speed]] = {}  # by data source; one measurement per server
_lock, _one_measurement = threading.Lock(), threading.Lock()

session = st.session_state
choices = state.of("train")


@dataclasses.dataclass(frozen=True)
class NewRun:
    """A run as the form describes it."""

    config: TrainConfig
    preset: str
    data: str
    name: str


def setup_ui() -> None:
    """The complete form. After a start, the page shows the new run."""
    new = _form_ui()
    others = any(status.active or status.place for status in runs.statuses())
    with st.container(key="train_start", horizontal=True, vertical_alignment="center", gap="medium"):
        label, icon = ("Add to queue", "schedule") if others else ("Start training", "play_arrow")
        disabled = new is None or teacher.locked()
        pressed = st.button(label, type="primary", disabled=disabled, icon=f":material/{icon}:", key="train:start")
        if new is not None and not teacher.locked():  # an estimate trains for some seconds
            _estimate_ui(new)
    if pressed and new is not None and not teacher.locked():
        _start(new)


def prepare_choices(has_runs: bool) -> None:
    """Call before any widget of the page: widgets take their values only before they are drawn.

    Shows a run that was just started. On a first visit, offers what there is, unless the link asks for something else:
    the form if there are no runs, and the built-in alphabets without Omniglot.
    """
    if run_id := session.pop("train:started", ""):
        choices.run, choices.view = run_id, "run"
    if "train:visited" not in session:
        session["train:visited"] = True
        if not has_runs and "view" not in st.query_params:
            choices.view = "new"
        if datasets.omniglot_lacks("background", "validation") and not {"data", "source"} & set(st.query_params):
            choices.data = "builtin"


def _start(new: NewRun) -> None:
    """Start a run, or queue it, and show it."""
    try:
        run = runs.create(new.config, new.preset, new.data, new.name)
        runs.queue_up(run.id)
    except UserError as error:
        messages.error(str(error))
        return
    session["train:started"] = run.id
    st.rerun()


def _form_ui() -> NewRun | None:
    """The settings; None, after saying why, if the data are not installed."""
    st.segmented_control(
        "Preset", list(labels.PRESETS), format_func=labels.preset, required=True, key=choices.key("preset")
    )
    preset = choices.preset
    base = PRESETS[preset]
    st.html(f'<p class="note">{html.escape(labels.PRESET_NOTES[preset])}</p>')
    with st.container(key="train_numbers", horizontal=True, vertical_alignment="bottom", gap="medium"):
        data_key = choices.key("data")
        st.segmented_control("Data", list(sources.SOURCES), format_func=labels.data, required=True, key=data_key)
        steps = st.number_input("Steps", 1, MAX_STEPS, base.schedule.steps, key=f"train:steps {preset}", width=_width())
        seed_help = "The same seed gives the same initial weights and the same drawings."
        seed = st.number_input("Seed", 0, links.MAX_SEED, base.seed, key="train:seed", help=seed_help, width=_width())
    name, rate, schedule = _more_ui(preset, base, seed)
    if choices.data == "omniglot" and (reason := datasets.omniglot_lacks("background", "validation")):
        messages.info(reason)
        datasets.download_ui()
        return None
    config = base.changed(seed=seed, schedule={"steps": steps, **schedule}, optimiser={"rate": rate})
    return NewRun(config, preset, choices.data, name)


def _more_ui(preset: str, base: TrainConfig, seed: int) -> tuple[str, float, dict[str, int]]:
    """(name, rate, fields of the schedule): the settings that are rarely changed."""
    with st.expander("More settings"), st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = st.text_input(
            "Name",
            max_chars=runs.MAX_NAME_LENGTH,
            placeholder=f"{preset}, seed {seed}",
            key="train:name",
            width=_width(250),
        )
        rate = st.number_input(
            "Learning rate", 1e-6, 1.0, base.optimiser.rate, format="%g", key=f"train:rate {preset}", width=_width()
        )
        schedule = {
            field: st.number_input(
                label, low, high, getattr(base.schedule, field), key=f"train:{field} {preset}", width=_width()
            )
            for field, label, low, high in (
                ("validate_every", "Steps between validations", 1, 100_000),
                ("validation_trials", "Trials per validation", 20, 10_000),
                ("checkpoint_every", "Steps between checkpoints", 1, 100_000),
            )
        }
    return name, rate, schedule


def _width(pixels: int = FIELD_WIDTH_PX) -> int:
    """The width of a field at the visitor's text size."""
    return round(pixels * charts.scale())


def _estimate_ui(new: NewRun) -> None:
    """The estimated duration; the page checks again until it is ready."""
    job = speed(new.data)
    measuring = job is not None and not job.settled

    @st.fragment(run_every=ESTIMATE_CHECK_SECONDS if measuring else None)
    def estimate() -> None:
        if measuring and job.settled:
            st.rerun()
        st.html(f'<p class="note estimate" aria-live="polite">{html.escape(_estimate(new, job))}</p>')

    estimate()


def _estimate(new: NewRun, job: Job[Speed] | None) -> str:
    if job is None:
        return "The duration is estimated when no run is training."
    if job.value is None:
        return job.failure or "Measuring the speed of this machine for an estimate of the duration: about 15 seconds …"
    seconds, drawings = job.value.seconds(new.config), job.value.drawings_per_second(new.config)
    return f"About {labels.duration(seconds)} on {job.value.device}, at {drawings:,.0f} drawings per second."


def speed(data: str) -> Job[Speed] | None:
    """How fast this machine trains, as a job: the first call starts the measurement.

    None while a run is training, which would falsify it, unless it is known already.
    """
    with _lock:
        if data not in _speeds and not runs.active():
            _speeds[data] = _measurement(data).start()
        return _speeds.get(data)


def known_speed() -> Speed | None:
    """A speed that has been measured on this server, on any data."""
    return next((job.value for job in list(_speeds.values()) if job.value), None)


def _measurement(data: str) -> Job[Speed]:
    def steps(value: Speed | None) -> Iterator[Speed]:
        models.load_shipped().wait()  # answers come first
        with _one_measurement:
            result = runs.measure_speed(data)
        if runs.active():  # a run has started meanwhile and slowed the measurement: measure again later
            _speeds.pop(data, None)
        yield result

    return Job("The estimate", steps)
