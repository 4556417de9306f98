"""The part on what a training step and a trial are drawn from: pairs, a batch, a 20-way 1-shot trial; by a seed."""

from __future__ import annotations

import functools
import html
from collections.abc import Hashable

import numpy as np
import streamlit as st

from siamese.config import AllPairs, RandomPairs
from siamese.data.batches import BatchSampler
from siamese.data.characters import CharacterSet, pack, unpack
from siamese.data.episodes import sample_trials
from siamese.presets import PRESETS
from siamese.ui import cards, datasets, links, messages, state

PAIRS, CHARACTERS, DRAWERS, WAYS = 8, 8, 4, 20
LABELS = {"pairs": "Pairs, as in the paper", "batch": "A batch of this program", "trial": "A trial"}
MAX_KEPT = 256
"""Samples that are kept for all visitors, up to 45 kB each."""

choices = state.of("explore")


def batches_ui(characters: CharacterSet) -> None:
    """What is drawn for the chosen seed, with its explanation."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control("Drawn", list(LABELS), format_func=LABELS.get, required=True, key=choices.key("drawn"))
        st.number_input("Seed", 0, links.MAX_SEED, key=choices.key("seed"), width=140)
    try:
        words, tiles = _SHOWN[choices.drawn](choices.data, characters, choices.seed)
    except ValueError as error:  # the alphabets are too small
        messages.info(str(error))
    else:
        st.html(f'<p class="note">{html.escape(words)}</p>{tiles}')
    state.share("explore", "part", "data", "alphabet", "character", "drawer", "drawn", "seed")


def _pairs(source: str, characters: CharacterSet, seed: int) -> tuple[str, str]:
    """Words and HTML of pairs as Koch et al. (section 4.2) draw them; the first half shows the same character."""
    drawings = unpack(_batch(source, datasets.version(source), "pairs", seed))
    tiles = []
    for place in range(PAIRS):
        same = place < PAIRS // 2
        words = "same character" if same else "different characters"
        kind = "right" if same else "wrong"
        both = "".join(
            cards.card_of(drawings[place + half], f"Pair {place + 1}, {words}: {side} drawing")
            for half, side in ((0, "first"), (PAIRS, "second"))
        )
        caption = f'<span class="name {kind}">{cards.capitalised(words)}</span>'
        tiles.append(f'<figure class="tile"><span class="shown">{both}</span>{caption}</figure>')
    words = (
        f"{PAIRS} pairs of random drawings, distorted a little. Half of them show the same character by two people, "
        "and the network should answer 1; the others show two different characters, and it should answer 0. "
        "The paper trains on up to 150,000 pairs, of 30 alphabets of Omniglot and 12 of the 20 people who drew them; "
        "these are of all alphabets of the chosen data."
    )
    return words, f'<div class="tiles pairs">{"".join(tiles)}</div>'


def _all_pairs(source: str, characters: CharacterSet, seed: int) -> tuple[str, str]:
    """Words and HTML of a batch whose drawings are all compared with one another."""
    drawings = unpack(_batch(source, datasets.version(source), "batch", seed))
    count, rows = len(drawings), []
    for place in range(CHARACTERS):
        shown = "".join(
            cards.card_of(drawing, f"Character {place + 1}, drawing {number}")
            for number, drawing in enumerate(drawings[DRAWERS * place :][:DRAWERS], start=1)
        )
        rows.append(
            f'<figure class="tile"><span class="shown">{shown}</span>'
            f'<span class="name">Character {place + 1}</span></figure>'
        )
    same, pairs = CHARACTERS * DRAWERS * (DRAWERS - 1) // 2, count * (count - 1) // 2
    words = (
        f"{CHARACTERS} characters by {DRAWERS} people each. All drawings are compared with one another: {same} of the "
        f"{pairs} pairs show the same character. In training, a batch has 32 characters, most often from a few "
        "alphabets, turned or mirrored now and then. Some batches have characters composed of two others, some have "
        "near misses, with a mark more or a part less. Every drawing is distorted, then normalised."
    )
    return words, f'<div class="tiles quads">{"".join(rows)}</div>'


def _trial(source: str, characters: CharacterSet, seed: int) -> tuple[str, str]:
    """Words and HTML of a trial: the query, and the support set with the right answer marked."""
    ways = min(WAYS, max(len(characters.members(alphabet.name)) for alphabet in characters.alphabets))
    trials = sample_trials(characters, np.random.default_rng(seed), 1, ways)
    query, support, answer = int(trials.query[0]), trials.support[0, :, 0], int(trials.answer[0])
    named = [characters.characters[number] for number in characters.character_of[support]]
    names = cards.short_names(named)
    drawn = characters.drawings(support)
    tiles = "".join(
        f'<figure class="tile {"right" if way == answer else ""}"><span class="shots">'
        f"{cards.card_of(drawn[way], cards.character_name(named[way]))}</span>"
        f'<span class="name">{html.escape(names[way])}</span></figure>'
        for way in range(ways)
    )
    shown = cards.card_of(characters.drawings([query])[0], "The query")
    queried, compared = (characters.origin([characters.drawer_of[row]]) for row in (query, support[0]))
    words = (
        f"A {ways}-way 1-shot trial: a query {queried}, and one example of each of {ways} characters of "
        f"{cards.alphabet_name(named[0].alphabet)}, {compared}. "
        "The network answers with the most similar example. The right answer is green."
    )
    return words, (
        f'<div class="trial"><div class="query"><p class="note">Query</p>{shown}</div>'
        f'<div class="support"><p class="note">Support set</p><div class="tiles">{tiles}</div></div></div>'
    )


_SHOWN = {"pairs": _pairs, "batch": _all_pairs, "trial": _trial}


@functools.lru_cache(maxsize=MAX_KEPT)
def _batch(source: str, version: Hashable, kind: str, seed: int) -> np.ndarray:
    """Packed drawings of a training batch. Raises ValueError where the alphabets are too small."""
    if kind == "pairs":
        config = PRESETS["paper"].changed(batch=RandomPairs(PAIRS), seed=seed)
    else:
        config = PRESETS["best"].changed(batch=AllPairs(CHARACTERS, DRAWERS), seed=seed)
    return pack(BatchSampler(datasets.loaded(source), config).batch(0))
