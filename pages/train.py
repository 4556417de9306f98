"""Train: a network learns in front of the class, in a process of its own; this page watches and steers it."""

from __future__ import annotations

import pathlib

import streamlit as st

from siamese import runs
from siamese.config import TrainConfig
from siamese.data import omniglot, sources
from siamese.errors import UserError
from siamese.presets import PRESETS
from siamese.ui import datasets, messages, page, state, teacher
from siamese.ui.train import live, words
from siamese.ui.train import runs as run_list

STYLE = pathlib.Path(live.__file__).with_name("style.css")
session = st.session_state
choices = state.of("train")


def setup_ui() -> tuple[TrainConfig, str, str] | None:
    """(configuration, data, name) of a new run as chosen, or None after saying what is missing."""
    st.segmented_control(
        "Preset", list(words.PRESET_NAMES), format_func=words.PRESET_NAMES.get, required=True, key=choices.key("preset")
    )
    st.html(f'<p class="note">{words.PRESET_NOTES[choices.preset]}</p>')
    base = PRESETS[choices.preset]
    data, seed, steps, more = st.columns([2, 1, 1, 1], vertical_alignment="bottom")
    data.segmented_control(
        "Data", list(sources.SOURCES), format_func=words.source_name, required=True, key=choices.key("data")
    )
    seed = seed.number_input(
        "Seed", 0, 9999, base.seed, key="train:seed", help="The same seed, the same beginning and the same drawings."
    )
    steps = steps.number_input(
        "Length in steps", 1, 1_000_000, base.schedule.steps, key=f"train:steps {choices.preset}"
    )
    with more.popover("Details", width="stretch"):
        name = st.text_input("Name", max_chars=80, placeholder=f"{choices.preset}, seed {seed}", key="train:name")
        rate = st.number_input(
            "Learning rate", 1e-6, 1.0, base.optimiser.rate, format="%.6f", key=f"train:rate {choices.preset}"
        )
        every = st.number_input(
            "Validate every … steps",
            1,
            100_000,
            base.schedule.validate_every,
            key=f"train:validate_every {choices.preset}",
        )
        trials = st.number_input(
            "Trials a validation",
            20,
            10_000,
            base.schedule.validation_trials,
            key=f"train:validation_trials {choices.preset}",
        )
        keep = st.number_input(
            "Checkpoint every … steps",
            1,
            100_000,
            base.schedule.checkpoint_every,
            key=f"train:checkpoint_every {choices.preset}",
        )
    if choices.data == "omniglot" and not omniglot.available():
        messages.info(
            "Omniglot, with 30 alphabets to learn from and 10 others to be judged on, is optional and not here yet."
        )
        datasets.download_ui()
        return None
    schedule = {"steps": steps, "validate_every": every, "validation_trials": trials, "checkpoint_every": keep}
    return base.changed(seed=seed, schedule=schedule, optimiser={"rate": rate}), choices.data, name


def start_ui(chosen: tuple[TrainConfig, str, str] | None) -> None:
    """How long it will take and on what, and the button that starts or queues it."""
    busy = any(status.active or status.place for status in runs.statuses())
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        label = "Queue it" if busy else "Start training"
        pressed = st.button(
            label, type="primary", disabled=chosen is None or teacher.locked(), icon=":material/play_arrow:"
        )
        teacher.lock_ui()
        if chosen:
            live.estimate_ui(chosen[0], choices.preset, chosen[1])
    if pressed and chosen and not teacher.locked():
        try:
            config, data, name = chosen
            with st.spinner("Starting a process of its own …"):
                run = runs.create(config, choices.preset, data, name)
                runs.queue_up(run.id)
            choices.run = run.id
            st.rerun()
        except UserError as error:
            messages.error(str(error))


def default_source() -> None:
    """Where Omniglot is not here, a first visit offers what is."""
    if "train:entered" not in session:
        session["train:entered"] = True
        if not omniglot.available() and "source" not in st.query_params:
            choices.data = "builtin"


page.opening(
    "Train",
    "Start a network that knows nothing and watch it learn to tell characters apart. "
    "Notice the trial beside the curves: the network never trains on these characters, and yet right answers turn up one by one.",
)
st.html(STYLE)
page.wait_for_network()
default_source()
try:
    statuses = runs.statuses()
except UserError as error:
    messages.error(str(error))
    st.stop()
with st.expander("A new run", expanded=not any(status.active for status in statuses), icon=":material/add:"):
    start_ui(setup_ui())
if statuses:
    on_view = run_list.choose_ui(statuses)
    live.watch_ui(on_view)
    run_list.keep_ui(on_view)
    run_list.table_ui(runs.statuses(), on_view)
else:
    live.empty_ui()
state.share("train", "preset", "data", "run")
