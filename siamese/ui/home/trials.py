"""Steps on trials: a new character, an office, the N-way k-shot trial, and alphabets that were never seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from siamese.data import office, support
from siamese.data.characters import Character, CharacterSet
from siamese.data.support import Support
from siamese.evaluation.baselines import PixelNearest
from siamese.ui import cards, links, models, state
from siamese.ui.evaluate import recorded
from siamese.ui.home.pairs import ALPHABET
from siamese.ui.recognise import answer
from siamese.ui.verify import company

if TYPE_CHECKING:
    from siamese.network.matcher import Match, Matcher

EXAMPLES_BY, QUERY_BY = 1, 3
"""The drawers of the examples and of the query in step 1."""
MAX_WAYS = 20
SHOWN_WAYS = (5, 20)
"""N of the accuracies in step 6."""
GROUPS = {
    "background": "Training alphabets (30)",
    "validation": "Never trained on: ten for choices",
    "lake": "Never trained on: Lake's ten, for the final figure",
}
"""Groups of Omniglot's alphabets in step 6."""

choices = state.of("home")


def new_character_ui(builtin: CharacterSet, matcher: Matcher | None) -> None:
    """Step 1: a classifier against one example of each."""
    st.html(
        "<p>A classifier has an output for each class and learns from many examples of each. When a class is added, it "
        "needs examples of that, too, and must be trained again. People need one look. <b>One-shot learning</b> has a "
        "single example of each class, and a new class needs nothing but its example. Add characters, and see whether "
        "the network recognises the newest one at once:</p>"
    )
    _ways_ui("Characters")
    members = builtin.members(ALPHABET)[: choices.ways]
    chosen = support.build(builtin, members, EXAMPLES_BY, 1)
    row = builtin.row(members[-1], QUERY_BY)
    match = show_trial(builtin, chosen, row, len(members) - 1, matcher)
    name = cards.spoken(builtin.characters[members[-1]])
    if match:
        judged = "recognised" if _right(match, len(members) - 1) else "did not recognise"
        st.html(
            f"<p>The newest character is {name}. A classifier would need one more output, many drawings of it, and "
            f"training. This network {judged} it from its one example.</p>"
        )


def office_ui(builtin: CharacterSet, matcher: Matcher | None) -> None:
    """Step 2: a small company with one signature of each person."""
    people = company.ten()
    names = [character.name for character in people.characters]
    st.html(
        "<p>An office has ten people. A system at its door is to recognise them, by their faces, say, or by their "
        "initials as here. Nobody wants to give hundreds of examples, and nobody wants to train it again for the "
        "eleventh. With one-shot learning, one signature of each is on file, and a new colleague adds one.</p>"
    )
    st.selectbox("Who signs?", range(len(names)), format_func=names.__getitem__, key=choices.key("person"), width=220)
    rows = office.rows_on_file(people)
    row = people.row(choices.person, office.OTHER_DRAWERS[0])
    chosen = Support(tuple(range(len(rows))), rows, (office.ON_FILE,))
    show_trial(people, chosen, row, choices.person, matcher, "Signed at the door", "On file: one signature each")
    if st.button("Join as the eleventh", icon=":material/person_add:", type="tertiary", key="home:join"):
        state.of("verify").part = "company"
        st.switch_page("pages/verify.py")


def trial_ui(builtin: CharacterSet, matcher: Matcher | None) -> None:
    """Step 5: the trial, stated exactly, and why comparing pixels fails."""
    st.html(
        "<p>How good a network is at this, an <b><i>N</i>-way <i>k</i>-shot trial</b> measures. The support set has "
        "<i>k</i> examples <i>x<sub>c</sub></i> of each of <i>N</i> characters <i>c</i>; here <i>k</i> is 1. The query "
        "<i>q</i> shows one of the <i>N</i>, drawn by another person. The answer is the most similar example:</p>"
        '<p class="equation"><i>C</i>(<i>q</i>) = argmax<sub><i>c</i></sub> <i>p</i>(<i>q</i>, '
        "<i>x<sub>c</sub></i>)</p>"
        "<p>The share of right answers over many trials is the accuracy; guessing is right in 1 of <i>N</i>. The "
        "simplest method, <b>nearest neighbour</b>, answers with the example that differs from the query in the fewest "
        "pixels. It fails since two people never put their strokes on the same pixels: a small shift makes more of "
        "them differ than another character does.</p>"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _ways_ui("Characters, N")
        st.button("Another trial", icon=":material/casino:", on_click=_another, key="home:another")
    members = builtin.members(ALPHABET)[: choices.ways]
    chosen = support.build(builtin, members, EXAMPLES_BY, 1)
    sampled = support.sample_query(builtin, chosen, np.random.default_rng(choices.seed))
    assert sampled is not None
    truth = members.index(sampled[0])
    match = show_trial(builtin, chosen, sampled[1], truth, matcher)
    if match:
        pixels = _nearest(builtin, chosen, sampled[1])
        answers = {"Network": match.best, "Nearest neighbour": pixels}
        names = cards.short_names([builtin.characters[member] for member in members])
        rows = [(method, names[way], "right" if way == truth else "wrong") for method, way in answers.items()]
        st.html(cards.table(("method", "answer", ""), rows))


def unseen_ui(builtin: CharacterSet, matcher: Matcher | None) -> None:
    """Step 6: why a network is judged on alphabets it has never seen."""
    st.html(
        "<p>A network may remember its training drawings, and fail on all others: <b>overfitting</b>. So it must "
        "be judged on alphabets that it has never seen. Omniglot has 50: the network was trained on 30. Everything "
        "about it was chosen by its accuracy on ten others, the validation alphabets. The last ten, Lake's, serve "
        "for the final figure alone: if choices were made on them, too, that figure would be too good.</p>"
    )
    ways = st.segmented_control("N", SHOWN_WAYS, default=SHOWN_WAYS[-1], required=True, key="home:shown ways")
    if rows := accuracies(recorded.load().get("curves", {}), ways):
        st.html(cards.table(("alphabets", "network", "nearest neighbour", "guessing"), rows))
        st.html(
            '<p class="note">Recorded accuracies with 95 % intervals of 2,000 trials each, all with one example.</p>'
        )
    st.page_link("pages/evaluate.py", label="Measure it yourself on Evaluate", icon=":material/monitoring:")


def accuracies(curves: Mapping[str, Any], ways: int) -> list[list[str]]:
    """A line of the table for each group of alphabets whose curve is recorded."""
    rows = []
    for group, label in GROUPS.items():
        of_scorer = {row["scorer"]: row for row in curves.get(group, {}).get("rows", []) if row["ways"] == ways}
        if {"network", "nearest"} <= of_scorer.keys():
            rows.append([label, _percent(of_scorer["network"]), _percent(of_scorer["nearest"]), f"{100 / ways:.0f} %"])
    return rows


def _percent(row: Mapping[str, Any]) -> str:
    accuracy, low, high = (100 * row[name] for name in ("accuracy", "low", "high"))
    return f"{accuracy:.1f} % ({low:.1f} to {high:.1f})"


def _ways_ui(label: str) -> None:
    st.slider(label, 2, MAX_WAYS, key=choices.key("ways"), width=320)


def _another() -> None:
    choices.seed = choices.seed % links.MAX_SEED + 1


def _right(match: Match, truth: int) -> bool:
    return match.best == truth and not match.none


def _nearest(builtin: CharacterSet, chosen: Support, row: int) -> int:
    scorer = PixelNearest()
    query, examples = (scorer.prepare(builtin.drawings(rows)) for rows in ([row], chosen.rows[:, 0]))
    return int(scorer.compare(query, examples)[0].argmax())


def show_trial(
    characters: CharacterSet,
    chosen: Support,
    row: int,
    truth: int,
    matcher: Matcher | None,
    question: str = "By one person",
    title: str = "By another person: one example of each",
) -> Match | None:
    """Show a query, a row, with a support set and the network's answer, which is returned.

    truth: the position of the query's character among those of the support set.
    """
    shown: Sequence[Character] = [characters.characters[c] for c in chosen.characters]
    cards.pictures(characters, np.append(chosen.rows, row))
    match = None
    if matcher:
        match = matcher.match(characters.drawings([row])[0], characters.shared_drawings(chosen.rows))
    query = f'<div class="query"><p class="note">{question}</p>{cards.card(row, "the query")}</div>'
    tiles = cards.tiles(shown, chosen.rows, match, None, truth if match else None)
    st.html(f'<div class="trial">{query}<div class="support"><p class="note">{title}</p>{tiles}</div></div>')
    if match:
        word = '<span class="right">right</span>' if _right(match, truth) else '<span class="wrong">wrong</span>'
        answer.answer(shown, match, f"That is {word}.")
    else:
        answer.no_answer(models.waiting())
    return match
