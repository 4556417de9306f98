"""The set-up: which alphabets, N, k, trials; and one line on what that means."""

from __future__ import annotations

import html
import pathlib

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from siamese.data import omniglot
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.runs import record
from siamese.ui import cards, messages, models, state
from siamese.ui.evaluate import plans
from siamese.ui.evaluate.plans import Plan

NAMES = {
    "network": "network",
    "seen": "network, alphabets of training",
    "nearest": "nearest neighbour",
    "normalised": "nearest neighbour, same size and place",
    "hausdorff": "modified Hausdorff",
}
"""Scorers in words."""
STYLE = pathlib.Path(__file__).with_name("style.css")
"""The page's own, beside the one that all pages share."""
SETUP = ("group", "only", "across", "ways", "shots", "trials", "seed", "unseen_only", "rival")
LINKS = {
    "curve": SETUP,
    "lake": ("scorer", "lake_run"),
    "trial": (*SETUP, "opened"),
    "failures": SETUP,
    "verification": ("group", "only", "seed", "threshold"),
}
"""What a link to each part of the page carries."""
TRIALS = (100, 200, 500, 1000, 2000, 5000)


def share() -> None:
    """Put the set-up into the address bar."""
    state.share("evaluate", "part", *LINKS[state.of("evaluate").part])


def names_of(plan: Plan) -> dict[str, str]:
    """Scorers in words, the network trained in class by its run's name."""
    return NAMES | ({"trained": f"{record.read(plan.rival).name}, trained in class"} if plan.rival else {})


def plan_ui(trials: bool = True) -> Plan | None:
    """The set-up as chosen, or None after saying what is missing. Without `trials` only the alphabets are asked for."""
    session = state.of("evaluate")
    here = omniglot.available()
    groups = [group for group in state.EVALUATED if here or group == "builtin"]
    groups = [group for group in groups if trials or group != "runs"]
    if session.group not in groups:
        session.group = groups[0]
    try:
        with st.container(key="setup"):
            where, ways, shots, more = st.columns([1.8, 1.8, 2, 1.3], vertical_alignment="bottom")
            where.selectbox(
                "Alphabets",
                groups,
                format_func=plans.GROUPS.get,
                key=state.of("evaluate").key("group"),
                on_change=session.__setattr__,
                args=("only", []),
            )
            lake = session.group == "runs"
            everything = plans.group_set(session.group)
            if trials and not lake:
                with more.popover("More choices", width="stretch"):
                    more_ui(everything)
                shots.segmented_control(
                    "Examples of each (k)",
                    range(1, state.MAX_SHOTS + 1),
                    required=True,
                    key=state.of("evaluate").key("shots"),
                )
            only = tuple(sorted(session.only)) if not lake else ()
            characters = plans.group_set(session.group, only)
            if trials and not lake:
                most = min(plans.MOST_WAYS, sizes(characters, session.across)[-1])
                session.ways = min(session.ways, most)
                ways.slider("N up to", 2, most, key=state.of("evaluate").key("ways"))
            elif not lake:
                only_ui(ways, everything)
    except UserError as error:
        messages.info(str(error))
        return None
    if lake:
        return plans.LAKE_PLAN
    return Plan(
        session.group,
        only,
        session.across,
        session.shots,
        session.ways,
        session.trials,
        session.seed,
        not session.unseen_only,
        session.rival,
    )


def more_ui(characters: CharacterSet) -> None:
    """The rest of the set-up."""
    session = state.of("evaluate")
    only_ui(st.container(), characters)
    words = {False: "Within an alphabet", True: "Across them all"}
    st.segmented_control(
        "The N characters are drawn",
        [False, True],
        format_func=words.get,
        required=True,
        key=state.of("evaluate").key("across"),
    )
    if session.trials not in TRIALS:
        session.trials = min(TRIALS, key=lambda count: abs(count - session.trials))
    st.select_slider("Trials", TRIALS, format_func="{:,}".format, key=state.of("evaluate").key("trials"))
    st.number_input(
        "Seed of the trials", 0, 9999, key=state.of("evaluate").key("seed"), help="The same seed gives the same trials."
    )
    st.toggle("Leave out the alphabets of training", key=state.of("evaluate").key("unseen_only"))
    runs = models.with_weights()
    if runs:
        st.selectbox(
            "Compare with a network trained in class",
            ["", *runs],
            format_func=lambda run: runs.get(run, "None"),
            key=state.of("evaluate").key("rival"),
        )


def only_ui(where: DeltaGenerator, characters: CharacterSet) -> None:
    """Which of the alphabets: none chosen for all."""
    session, names = state.of("evaluate"), [cards.alphabet_name(alphabet.name) for alphabet in characters.alphabets]
    session.only = [place for place in session.only if place < len(names)]
    where.multiselect(
        "Only these alphabets",
        range(len(names)),
        format_func=names.__getitem__,
        key=state.of("evaluate").key("only"),
        placeholder="All of them",
    )


def sizes(characters: CharacterSet, across: bool) -> list[int]:
    """How many characters there are to draw from, alphabet by alphabet or in all, ascending."""
    return (
        [len(characters.characters)]
        if across
        else sorted(len(characters.members(a.name)) for a in characters.alphabets)
    )


def taking_part(plan: Plan, characters: CharacterSet) -> int:
    """Alphabets with enough characters for the largest N: the same trials serve every N, so the others take no part at any."""
    return sum(size >= plan.ways for size in sizes(characters, plan.across))


def protocol(plan: Plan, characters: CharacterSet, trials: int) -> str:
    """How a figure was measured, in words."""
    if plan.group == "runs":
        return f"Lake's runs: within an alphabet, 1-shot, {trials:,} trials; bands: 95 % intervals"
    where = "across alphabets" if plan.across else "within an alphabet"
    if not plan.across and (enough := taking_part(plan, characters)) < len(characters.alphabets):
        where += f", {enough} of them with {plan.ways} characters"
    return f"{characters.name}, {where}, {plan.shots}-shot, {trials:,} trials; bands: 95 % intervals"


def note(plan: Plan, characters: CharacterSet) -> None:
    """One line on what is measured: seen or never seen, and who takes no part."""
    network = models.matcher()
    words = "Drawings of Lake's 20 runs, by people." if plan.group == "runs" else f"{characters.name}."
    if plan.group == "builtin":
        words = f"{characters.name}: print, as 20 synthetic hands draw it."
        if not omniglot.available():
            words += " Omniglot, drawn by people, is not here: Start downloads it with one click."
    enough = taking_part(plan, characters)
    if not plan.across and plan.group != "runs" and enough < len(characters.alphabets):
        words += f" Only {enough} of them have {plan.ways} characters; the others take no part, at smaller N neither."
    badge = cards.badge(None)
    if network:
        seen = [a for a in characters.alphabets if network.trained_on(a)]
        badge = cards.badge(len(seen) == len(characters.alphabets))
        if 0 < len(seen) < len(characters.alphabets):
            named = ", ".join(cards.alphabet_name(a.name) for a in seen[:3])
            words += (
                f" {named} shares its script with an alphabet of training."
                if len(seen) == 1
                else f" {len(seen)} share a script with training."
            )
    st.html(f'<p class="note">{html.escape(words)} &ensp;{badge}</p>')
