"""The most similar of all drawings of the chosen data: embeddings on disk, made in the background where asked for."""

from __future__ import annotations

import html
import pathlib
import threading
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.data import own, sources
from siamese.data.characters import CharacterSet
from siamese.data.support import Support
from siamese.evaluation.probability import sigmoid
from siamese.ui import cards, datasets, messages, models, state
from siamese.ui.draw import canvas, paper
from siamese.ui.jobs import Job

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher
    from siamese.network.stored_embeddings import StoredEmbeddings

PAPER = "inside"
SHOWN = 24
MB = 1_000_000
INSTRUCTION = "Draw anything, or press Sample: the most similar drawings of all alphabets appear here."

MAX_KEPT = 2
"""Character sets whose first comparisons stay in memory, 21 MB each; their embeddings stay on disk."""

_jobs: dict[Hashable, Job[int]] = {}
_kept: dict[pathlib.Path, StoredEmbeddings] = {}
_lock = threading.Lock()


@st.fragment
def nearest_ui(network: str, characters: CharacterSet, chosen: Support) -> None:
    """The paper, and the most similar drawings or what is missing for them."""
    matcher, searched = models.matcher(network), _search_ui()
    with st.container(key="inside_nearest", horizontal=True, gap="medium"):
        with st.container(key=f"{PAPER}_side", width=canvas.SIDE):
            drawing, given = paper.paper_ui(PAPER, characters, chosen)
        with st.container(key="inside_answer"):
            stored = _stored(str(matcher.record["sha256"]), searched) if matcher else None
            if matcher is None:
                st.html(f'<p class="note">{html.escape(models.waiting(network))}</p>')
            elif stored is None:
                _prepare_ui(matcher, searched)
            elif drawing is None:
                st.html(f'<p class="note">{html.escape(given.words if given else INSTRUCTION)}</p>')
            else:
                st.html(_tiles(matcher, searched, stored, drawing))
    state.share("inside", "part", "data", "alphabet", "search")


def _search_ui() -> CharacterSet:
    """The choice of the drawings to search; own alphabets are offered where samples are taken from them."""
    choices = state.of("inside")
    offered = [key for key, source in sources.SOURCES.items() if source.available()]
    offered += [choices.data] if own.is_key(choices.data) else []
    if choices.search not in offered:
        choices.search = offered[0]
    label = {key: sources.get(key).label for key in offered}
    st.segmented_control("Search in", offered, format_func=label.get, required=True, key=choices.key("search"))
    return datasets.character_set(choices.search)


def _prepare_ui(matcher: Matcher, characters: CharacterSet) -> None:
    """The button that makes the embeddings, and the progress of that."""
    job = _job(matcher, characters)
    if job.running:
        datasets.progress_ui(job, f"Embedding {len(characters):,} drawings")
        st.button("Stop", on_click=job.stop, key="stop embedding")
        return
    if job.failure:
        messages.error(job.failure)
    size = len(characters) * len(matcher.head_weights) * np.dtype(np.float16).itemsize / MB
    st.html(
        f'<p class="note">To search all {len(characters):,} drawings at once, the network has to embed them first. '
        f"That takes some minutes, once for each network, and {size:,.0f}\N{NO-BREAK SPACE}MB on the server's disk.</p>"
    )
    st.button("Embed all drawings", on_click=job.start, type="primary", key="start embedding")


def _job(matcher: Matcher, characters: CharacterSet) -> Job[int]:
    """The work that embeds all drawings, one for all visitors."""
    weights = str(matcher.record["sha256"])

    def steps(value: int | None) -> Iterator[int]:
        from siamese.network import stored_embeddings

        yield from stored_embeddings.build(matcher, weights, characters)

    with _lock:
        key = weights, characters.digest
        if key not in _jobs:
            _jobs[key] = Job("Embedding the drawings", steps, lambda value: (value or 0, len(characters)))
        return _jobs[key]


def _stored(weights: str, characters: CharacterSet) -> StoredEmbeddings | None:
    """The embeddings on disk, from memory after the first time."""
    from siamese.network import stored_embeddings

    place = stored_embeddings.folder(weights, characters)
    if not place.is_dir():
        return None
    with _lock:
        stored = _kept.pop(place, None) or stored_embeddings.load(weights, characters)
        if stored is not None:
            _kept[place] = stored
        for oldest in list(_kept)[:-MAX_KEPT]:
            del _kept[oldest]
    return stored


def _tiles(matcher: Matcher, characters: CharacterSet, stored: StoredEmbeddings, drawing: np.ndarray) -> str:
    """HTML of the most similar drawings."""
    rows, logits = stored.nearest(matcher, matcher.embeddings(drawing[None])[0], SHOWN)
    figures = []
    for row, similar, logit in zip(rows, characters.drawings(rows), logits, strict=True):
        character = characters.characters[characters.character_of[row]]
        name, similarity = cards.character_name(character), cards.number(float(sigmoid(logit)))
        alphabet = cards.alphabet_name(character.alphabet)
        tip = f"{name}, {alphabet}, person {characters.drawer_of[row]}: similarity {similarity}"
        figures.append(
            f'<figure class="tile" title="{html.escape(tip)}">{cards.card_of(similar, tip)}'
            f'<span class="name">{html.escape(alphabet)}</span>'
            f'<span class="score"><b>{html.escape(similarity)}</b></span></figure>'
        )
    words = f"The {len(rows)} most similar of {len(characters):,} drawings, by their similarity to yours."
    return f'<p class="note" aria-live="polite">{words}</p><div class="tiles nearest">{"".join(figures)}</div>'
