"""The form for what is measured: alphabets, ways, shots and the rest; and one line on what that means."""

from __future__ import annotations

import html

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from siamese.data import splits
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.evaluation.limits import MAX_SHOTS
from siamese.evaluation.protocol import LAKE_RUNS, RUNS, Protocol, max_ways, usable
from siamese.ui import cards, datasets, links, messages, models, own_sets, state
from siamese.ui.evaluate.measurements import Measurement, characters_of

FORM = ("group", "only", "across", "ways", "shots", "trials", "seed", "unseen_only", "compare")
LINKS = {
    "curve": FORM,
    "lake": ("scorer", "lake_run"),
    "trial": (*FORM, "trial"),
    "failures": FORM,
    "verification": ("group", "only", "seed", "threshold"),
}
"""The choices that a link to each part of the page carries."""
TRIALS = (100, 200, 500, 1000, 2000, 5000)
MAX_NAMES = 3
"""Alphabets listed by name in a sentence."""


def share() -> None:
    """Put the choices of the part that is shown into the address bar."""
    state.share("evaluate", "part", *LINKS[state.of("evaluate").part])


def group_label(group: str) -> str:
    """A group of alphabets, or Lake's runs, for readers."""
    return "Lake's 400 trials" if group == RUNS else splits.get(group).label


def form_ui(part: str) -> Measurement | None:
    """The form for a part of the page; None after a message on what is missing."""
    try:
        if part == "lake":
            return _lake_runs()
        with st.container(key="protocol_form"):
            return _pairs_form() if part == "verification" else _trials_form()
    except UserError as error:
        messages.info(str(error))
        return None


def _trials_form() -> Measurement:
    choices = state.of("evaluate")
    group, ways, shots, more = st.columns([1.8, 1.8, 2, 1.3], vertical_alignment="bottom")
    _group_ui(group, links.EVALUATED)
    if choices.group == RUNS:
        return Measurement(LAKE_RUNS)
    everything = characters_of(Protocol(choices.group))
    with more.popover("More choices", width="stretch"):
        _more_ui(everything)
    shots.segmented_control("Examples of each", range(1, MAX_SHOTS + 1), required=True, key=choices.key("shots"))
    alphabets = _alphabets(everything)
    _ways_ui(ways, max_ways(characters_of(Protocol(choices.group, alphabets)), choices.across, choices.shots))
    protocol = Protocol(
        choices.group, alphabets, choices.across, choices.ways, choices.shots, choices.trials, choices.seed
    )
    training = not choices.unseen_only and protocol.training is not None and not _lacks(protocol.training.group)
    return Measurement(protocol, training, choices.compare, datasets.version(protocol.source))


def _ways_ui(where: DeltaGenerator, largest: int) -> None:
    """The largest N. Raises UserError where there are no two characters with enough drawings."""
    choices = state.of("evaluate")
    if largest < 2:
        each = choices.shots + 1
        raise UserError(
            f"This measurement needs two characters with {each} drawings each: add drawings, or choose other alphabets "
            "or fewer examples."
        )
    choices.ways = min(choices.ways, largest)
    if largest > 2:
        where.slider("N up to", 2, largest, key=choices.key("ways"))
    else:
        where.html('<p class="note">N is 2: there are two characters.</p>')


def _pairs_form() -> Measurement:
    choices = state.of("evaluate")
    group, only, _ = st.columns([1.8, 1.8, 3.3], vertical_alignment="bottom")
    _group_ui(group, [group for group in links.EVALUATED if group != RUNS])
    everything = characters_of(Protocol(choices.group))
    _only_ui(only, everything)
    protocol = Protocol(choices.group, _alphabets(everything), seed=choices.seed)
    return Measurement(protocol, version=datasets.version(protocol.source))


def _group_ui(where: DeltaGenerator, groups: tuple[str, ...] | list[str]) -> None:
    """The choice of a group or an own set; without those groups of Omniglot that are not installed."""
    choices = state.of("evaluate")
    available = [group for group in groups if not _lacks(group)]
    available += own_sets.visible(choices.group)
    if choices.group not in available:
        choices.group = available[0]
    where.selectbox(
        "Alphabets",
        available,
        format_func=group_label,
        key=choices.key("group"),
        on_change=choices.__setattr__,
        args=("only", []),
    )
    chosen = LAKE_RUNS if choices.group == RUNS else Protocol(choices.group)
    datasets.wait_for_import(chosen.source)


def _lake_runs() -> Measurement | None:
    """Lake's runs, which leave nothing to choose; None after a message that they are not installed."""
    if reason := _lacks(RUNS):
        messages.info(f"Lake's runs are a part of Omniglot. {reason}")
        datasets.download_ui()
        return None
    datasets.wait_for_import(LAKE_RUNS.source)
    return Measurement(LAKE_RUNS)


def _lacks(group: str) -> str:
    """Why a group of alphabets, or Lake's runs, cannot be measured on; "" if it can."""
    if group == RUNS:
        return datasets.omniglot_lacks("lake", RUNS)
    return datasets.omniglot_lacks(group) if splits.get(group).source == "omniglot" else ""


def _more_ui(characters: CharacterSet) -> None:
    """The choices that are changed less often."""
    choices = state.of("evaluate")
    _only_ui(st.container(), characters)
    words = {False: "One alphabet", True: "All of them together"}
    st.segmented_control(
        "Draw the N characters from",
        [False, True],
        format_func=words.get,
        required=True,
        key=choices.key("across"),
    )
    if choices.trials not in TRIALS:
        choices.trials = min(TRIALS, key=lambda count: abs(count - choices.trials))
    st.select_slider("Trials", TRIALS, format_func="{:,}".format, key=choices.key("trials"))
    help_text = "The same seed gives the same trials."
    st.number_input("Seed", 0, links.MAX_SEED, key=choices.key("seed"), help=help_text)
    st.toggle("Exclude the training alphabets", key=choices.key("unseen_only"))
    trained = models.choices()
    if trained:
        st.selectbox(
            "Compare with another network",
            ["", *trained],
            format_func=lambda run_id: trained.get(run_id, "None"),
            key=choices.key("compare"),
        )


def _only_ui(where: DeltaGenerator, characters: CharacterSet) -> None:
    choices, names = state.of("evaluate"), [cards.alphabet_name(alphabet.name) for alphabet in characters.alphabets]
    choices.only = [place for place in choices.only if place < len(names)]
    where.multiselect(
        "Only these alphabets",
        range(len(names)),
        format_func=names.__getitem__,
        key=choices.key("only"),
        placeholder="All of them",
    )


def _alphabets(characters: CharacterSet) -> tuple[str, ...]:
    """Names of the alphabets chosen; () for all."""
    return tuple(characters.alphabets[place].name for place in sorted(state.of("evaluate").only))


def note(protocol: Protocol, pairs: bool = False) -> None:
    """One line on what is measured: the drawings, alphabets that are excluded, and whether training has seen them.

    pairs: whether pairs are measured, for which no alphabet is too small.
    """
    characters = characters_of(protocol)
    words = f"{characters.name}."
    if protocol.group == RUNS:
        words = "Lake's 20 runs, drawn by people."
    elif protocol.group == "builtin":
        words = f"{characters.name}: printed letters in 20 synthetic handwritings."
        if reason := _lacks("validation"):
            words += f" {reason} The Start page can download it."
    enough = usable(characters, protocol)
    if not pairs and enough < len(characters.alphabets):
        words += f" Only the {enough} alphabets with at least {protocol.ways} characters are used, at every N."
    seen, badge = _seen(protocol)
    st.html(f'<p class="note">{html.escape(words + seen)} &ensp;{badge}</p>')


def _seen(protocol: Protocol) -> tuple[str, str]:
    """A sentence on alphabets whose script is in the training set, and the badge, HTML."""
    matcher = models.matcher()
    if matcher is None or matcher.record["trained_on"] is None:
        return "", cards.badge(None)
    # the runs name no alphabets: their drawings are of Lake's ten
    alphabets = characters_of(Protocol("lake") if protocol.group == RUNS else protocol).alphabets
    seen = [cards.alphabet_name(alphabet.name) for alphabet in alphabets if matcher.trained_on(alphabet)]
    if len(seen) in (0, len(alphabets)):
        return "", cards.badge(bool(seen))
    names = f"{', '.join(seen)} share" if 1 < len(seen) <= MAX_NAMES else f"{len(seen)} alphabets share"
    names = f"{seen[0]} shares" if len(seen) == 1 else names
    unseen = len(alphabets) - len(seen)
    badge = f'<span class="badge unseen">{unseen} of {len(alphabets)} never seen in training</span>'
    return f" {names} a script with the training alphabets.", badge
