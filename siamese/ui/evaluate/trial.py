"""One trial, opened: query, support set, all scores, and which scorers were right."""

from __future__ import annotations

import html

import numpy as np
import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.evaluation import scorers
from siamese.evaluation.opened import OpenedTrial, open_trial
from siamese.evaluation.protocol import RUNS
from siamese.figures import trial as trial_picture
from siamese.ui import cards, models, state
from siamese.ui.downloads import downloads_ui, file_name
from siamese.ui.evaluate import drawings, recorded
from siamese.ui.evaluate.measurements import COMPARED, TRAINING, Measurement, features_of, jobs, questions_of


def trial_ui(measurement: Measurement) -> None:
    """The part of the page. Raises UserError when the drawings are not installed or do not suffice."""
    characters, trials = questions_of(measurement.protocol)
    step_ui(measurement)
    number = state.of("evaluate").trial
    ready = {scorers.NETWORK: models.matcher() is not None, TRAINING: False}
    ready[COMPARED] = bool(measurement.compared) and models.matcher(measurement.compared) is not None
    keys = [key for key in measurement.lines if ready.get(key, True)]
    features = {key: features_of(key, characters, measurement.compared) for key in keys}
    opened = open_trial(trials, features, number, measurement.protocol.seed)
    cards.pictures(characters, np.append(opened.support, opened.query))
    st.html(opened_html(characters, opened, measurement.protocol.group != RUNS))
    st.html(drawings.choices_of(characters, opened, measurement.labels))
    rows = opened.rows(characters)
    with st.expander("All scores"):
        st.dataframe(rows, hide_index=True)
    shown = characters.drawings(np.append(opened.query, opened.support[:, 0]))
    downloads_ui(
        file_name("trial", measurement.protocol.words, str(number)),
        rows,
        recorded.about(measurement, False) | {"trial": number},
        trial_picture.picture(shown[0], shown[1:]),
    )


def step_ui(measurement: Measurement) -> None:
    """The choice of the trial: back, next, and the next one that the network got wrong in the measured ones."""
    choices, trials = state.of("evaluate"), measurement.protocol.trials
    choices.trial = min(choices.trial, trials)
    job = jobs().get(("curve", measurement))
    answers = (job.value or {}).get(scorers.NETWORK, ()) if job is not None else ()
    wrong = np.flatnonzero(~answers.choices(measurement.protocol.ways).right) + 1 if len(answers) else np.zeros(0, int)
    following = next((int(t) for t in [*wrong[wrong > choices.trial], *wrong]), choices.trial)
    tip = "Measure accuracy against N first." if not len(answers) else f"{len(wrong)} of the {len(answers)} measured."

    def go(to: int) -> None:
        choices.trial = to

    with st.container(key="steps", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(f"Trial (of {trials:,})", 1, trials, key=choices.key("trial"), width=160)
        st.button("Back", on_click=go, args=(choices.trial - 1,), disabled=choices.trial <= 1)
        st.button("Next", on_click=go, args=(choices.trial + 1,), disabled=choices.trial >= trials, type="primary")
        disabled = following == choices.trial
        st.button("Next wrong answer", on_click=go, args=(following,), disabled=disabled, help=tip)


def opened_html(characters: CharacterSet, opened: OpenedTrial, named_drawers: bool) -> str:
    """HTML of the trial: the query on the left, the support set with the network's similarities on the right."""
    shown, matcher = opened.characters(characters), models.matcher()
    truth = shown[opened.answer]
    match, seen = None, None
    if matcher:
        pixels = characters.drawings(np.append(opened.query, opened.support))
        match = matcher.match(pixels[0], pixels[1:].reshape(*opened.support.shape, *pixels.shape[1:]))
        seen = matcher.trained_on(characters.alphabet(truth.alphabet))
    words = f"{cards.spoken(truth)}, {html.escape(cards.alphabet_name(truth.alphabet))}"
    if named_drawers:
        words += f", {characters.origin([characters.drawer_of[opened.query]])}"
    query = f'<p class="note">Query</p>{cards.card(opened.query, "the query")}<p class="note">{words}</p>'
    tiles = cards.tiles(shown, opened.support, match, seen, opened.answer if match else None)
    support = f'<p class="note">Support set, with the similarity of each to the query</p>{tiles}'
    return f'<div class="trial opened"><div class="query">{query}</div><div class="support">{support}</div></div>'
