"""The part of the Inside page with the map of an alphabet."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.data.support import Support
from siamese.evaluation import tsne
from siamese.evaluation.probability import sigmoid
from siamese.ui import cards, datasets, messages, models, state
from siamese.ui.draw import canvas, paper
from siamese.ui.inside import alphabet_map
from siamese.ui.inside.alphabet_map import AlphabetMap

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher

PAPER = "inside"
LABELS = {alphabet_map.PCA: "Principal components", alphabet_map.TSNE: "t-SNE"}
INVITATION = "Draw one of these characters: your drawing appears on the map, and moves with every stroke."


def map_ui(network: str, characters: CharacterSet, chosen: Support) -> None:
    """The paper beside the map; the picture of the map is sent once, not with every stroke."""
    matcher, choices = models.matcher(network), state.of("inside")
    st.segmented_control("Arranged by", list(LABELS), format_func=LABELS.get, required=True, key=choices.key("layout"))
    job = alphabet_map.job(matcher, characters, choices.alphabet, choices.layout) if matcher else None
    if job is not None and job.value is not None and job.value.picture:
        st.html(f"<style>.alphabet_map {{ background-image: url({job.value.picture}) }}</style>")

    @st.fragment
    def stage() -> None:
        with st.container(key="inside_map", horizontal=True, gap="medium"):
            with st.container(key=f"{PAPER}_side", width=canvas.SIDE):
                drawing, given = paper.paper_ui(PAPER, characters, chosen)
            with st.container(key="inside_answer"):
                if matcher is None or job is None:
                    st.html(f'<p class="note">{html.escape(models.waiting(network))}</p>')
                elif job.failure:
                    messages.error(job.failure)
                elif not job.settled or job.value is None or not job.value.picture:
                    count = len(np.concatenate([characters.rows(member) for member in chosen.characters]))
                    doing = "Arranging" if job.value is not None and job.value.iterations else "Embedding"
                    datasets.progress_ui(job, f"{doing} {count:,} drawings")
                else:
                    words = given.words if given and drawing is None else INVITATION
                    st.html(_map(matcher, characters, job.value, drawing, words))
        state.share("inside", "part", "data", "alphabet", "layout")

    stage()


def _map(matcher: Matcher, characters: CharacterSet, shown: AlphabetMap, drawing: np.ndarray | None, words: str) -> str:
    """HTML of the map with a drawing (105, 105) on it."""
    count, inside, sentence = len(shown.rows), "", html.escape(words)
    if drawing is not None:
        embedding = matcher.embeddings(drawing[None])[0]
        logits = shown.logits(matcher, embedding)
        (x, y), (row, logit) = shown.place(embedding, logits), shown.nearest(logits)
        style = f"background-image:url({cards.picture_url(drawing)})"
        nearest = int(characters.character_of[row])
        inside = (
            f'<img src="{alphabet_map.highlight(shown, characters, nearest)}" alt="">'
            f'<span class="card you" style="left:{x:.2%};top:{y:.2%};{style}"></span>'
        )
        sentence = (
            f"Your drawing is most similar to one of {cards.spoken(characters.characters[nearest])}: "
            f"{cards.number(float(sigmoid(logit)))}. All drawings of this character are blue."
        )
    alt = f"Map of {count:,} drawings, and yours" if drawing is not None else f"Map of {count:,} drawings"
    return (
        f'<p class="sentence" aria-live="polite">{sentence}</p>'
        f'<div class="alphabet_map" role="img" aria-label="{html.escape(alt)}">{inside}</div>'
        f'<p class="note">{_note(shown)}</p>'
    )


def _note(shown: AlphabetMap) -> str:
    """How the drawings are arranged, and what the map cannot show."""
    count = len(shown.rows)
    if shown.components is None:
        return (
            f"t-SNE has put each of the {count:,} drawings near those with the most similar embeddings. Which groups "
            "form is telling; how large they are and how far apart is not. It arranges given drawings only: yours is "
            f"put between its {tsne.NEIGHBOURS} most similar ones."
        )
    return (
        f"Each of the {count:,} drawings is shown where its embedding lies along the two directions in which the "
        f"embeddings differ most (principal components). They hold {shown.components.share:.0%} of the differences: "
        "drawings that are close here may still be far apart in other directions."
    )
