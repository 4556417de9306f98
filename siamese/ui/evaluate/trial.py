"""A trial of the set-up, opened: query, support set, all scores, and who was right."""

from __future__ import annotations

import html

import numpy as np
import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.figures import trial as trial_picture
from siamese.ui import cards, models, state
from siamese.ui.evaluate import curve, keep, pictures, plans, setup, work
from siamese.ui.evaluate.pictures import Opened
from siamese.ui.evaluate.plans import Plan


def trial_ui(plan: Plan) -> None:
    """The part of the page. Raises UserError when the alphabets are not there, ValueError when they do not give such trials."""
    characters, trials = plans.trials_of(plan)
    setup.note(plan, characters)
    step_ui(plan)
    number, matcher = state.of("evaluate").opened, models.matcher()
    awake = {
        "network": matcher is not None,
        "trained": bool(plan.rival) and models.matcher(plan.rival) is not None,
        "seen": False,
    }
    scorers = [name for name in plan.names if awake.get(name, True)]
    opened = pictures.open_trial(characters, trials, number, scorers, plan.rival, plan.seed)
    cards.pictures(characters, np.append(opened.support, opened.query))
    st.html(as_html(characters, opened))
    st.html(pictures.who_was_right(characters, opened, setup.names_of(plan)))
    rows = pictures.score_rows(characters, opened)
    with st.expander("All scores"):
        st.dataframe(rows, hide_index=True)
    name = keep.file_name("trial", characters.name, str(number))
    drawings = characters.drawings(np.append(opened.query, opened.support[:, 0]))
    keep.take_away(
        name,
        rows,
        curve.about(plan, characters, False) | {"trial": number},
        picture=trial_picture.picture(drawings[0], drawings[1:]),
    )


def step_ui(plan: Plan) -> None:
    """Which trial is open: on, back, and to the next that the network got wrong, where that has been measured."""
    session = state.of("evaluate")
    session.opened = min(session.opened, plan.trials)
    job = work.look(("curve", plan), False)
    answered = job.value["network"] if job and job.value else ()
    wrong = [int(t) + 1 for t in np.flatnonzero(~answered.choices(plan.ways).right)] if len(answered) else []
    following = next((t for t in wrong if t > session.opened), next(iter(wrong), None))

    def go(to: int) -> None:
        session.opened = to

    with st.container(key="steps", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(f"Trial, of {plan.trials:,}", 1, plan.trials, key=state.of("evaluate").key("opened"), width=160)
        st.button("Back", on_click=go, args=(session.opened - 1,), disabled=session.opened <= 1)
        st.button(
            "Next", on_click=go, args=(session.opened + 1,), disabled=session.opened >= plan.trials, type="primary"
        )
        tip = (
            f"{len(wrong)} of the {len(answered)} measured."
            if wrong
            else "Measure the curve of this set-up: then they are known."
        )
        st.button(
            "Next wrong one", on_click=go, args=(following,), disabled=following in (None, session.opened), help=tip
        )


def as_html(characters: CharacterSet, opened: Opened) -> str:
    """HTML of the trial: the query on the left, the support set with the network's similarities on the right."""
    shown = [characters.characters[characters.character_of[row]] for row in opened.support[:, 0]]
    matcher, truth = models.matcher(), shown[opened.answer]
    match = None
    if matcher:
        drawings = characters.drawings(np.append(opened.query, opened.support))
        match = matcher.match(drawings[0], drawings[1:].reshape(*opened.support.shape, *drawings.shape[1:]))
    seen = matcher.trained_on(characters.alphabet(truth.alphabet)) if matcher else None
    words = f"{cards.spoken(truth)}, {html.escape(cards.alphabet_name(truth.alphabet))}"
    if state.of("evaluate").group != "runs":  # whose drawers nobody named
        words += f", by drawer {characters.drawer_of[opened.query]}"
    query = f'<p class="note">Query</p>{cards.card(opened.query, "the query")}<p class="note">{words}</p>'
    support = f'<p class="note">Support set, and how similar the network finds each</p>{cards.tiles(shown, opened.support, match, seen)}'
    return f'<div class="trial opened"><div class="query">{query}</div><div class="support">{support}</div></div>'
