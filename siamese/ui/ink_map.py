"""Which ink decided: two drawings, their ink in the colours of what it adds to the similarity.

A map takes some 80 forward passes a drawing. So it is made only where a person asks for it, in the background, one at
a time on a server, and kept by its content.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import io
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from cachetools import LRUCache, cached
from PIL import Image

from siamese.config import SIDE
from siamese.evaluation.probability import sigmoid
from siamese.ui import cards, messages
from siamese.ui.jobs import Job

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher

FOR, NEITHER, AGAINST = (0, 114, 178), (190, 190, 190), (213, 94, 0)
"""RGB of ink that makes the drawings similar, of ink that does not matter, and of ink that makes them different.

Blue and vermilion of Okabe and Ito: the colour-blind tell them apart."""
NOTABLE_SHARE = 0.2
"""Effect from which ink counts as for or against in words, as a share of the strongest one."""
MAX_CACHED_MAPS = 256
"""Maps kept per server, 5 kB each."""
CHECK_SECONDS = 0.25
LABEL = "Why this answer"
HELP = "Shows which ink makes the two drawings similar, and which makes them different. It takes about a second."
_JOB = "ink map"
"""Session key of the map that this visitor waits for, with its content."""

_turn = threading.Lock()


@dataclasses.dataclass(frozen=True)
class InkMap:
    """One drawing of a pair: a data URI of it in colours, and what they show.

    agreeing, differing: shares of its ink that make the pair similar, or different; without: the similarity of the pair
    without the tenth of the ink that adds most to it.
    """

    url: str
    agreeing: float
    differing: float
    without: float


def ink_map_ui(matcher: Matcher, pair: np.ndarray, names: tuple[str, str], similarity: float) -> None:
    """Both drawings of a pair (2, 105, 105) in these colours; places for them while they are computed.

    names: what the drawings are called, as plain text; similarity: that of the pair.
    """
    job = _job(matcher, pair)
    waiting = not job.settled

    @st.fragment(run_every=CHECK_SECONDS if waiting else None)
    def panel() -> None:
        if waiting and job.settled:  # a fragment cannot change its own interval
            st.rerun()
        if job.failure:
            messages.error(job.failure)
        st.html(panel_of(job.value or [], names, similarity))

    with st.container(key="ink_map"):
        panel()


def empty_ui(names: tuple[str, str]) -> None:
    """Places for both drawings while there is no answer, so that nothing moves when it arrives."""
    with st.container(key="ink_map"):
        st.html(panel_of([], names, None))


def panel_of(maps: Sequence[InkMap], names: tuple[str, str], similarity: float | None) -> str:
    """HTML of the maps of both drawings, or of places for them, with a legend and what they show in a sentence."""
    shown = [_card(*drawing) for drawing in zip(maps, names, strict=True)] if maps else []
    shown = shown or [_figure(cards.empty_card(), name) for name in names]
    if similarity is None:
        note = "With an answer, you see here which ink decided."
    elif not maps:
        note = "Removing the ink piece by piece, to see how the similarity changes …"
    else:
        first, second = (html.escape(name) for name in names)
        note = (
            f"Each piece of ink was removed in turn. The similarity is {cards.number(similarity)}. "
            f"Without the tenth of the ink that adds most, it is {cards.number(maps[0].without)} ({first}) or "
            f"{cards.number(maps[1].without)} ({second})."
        )
    legend = "".join(
        f'<span><i style="background:rgb{colour}"></i>{words}</span>'
        for colour, words in (
            (FOR, "makes them more similar"),
            (NEITHER, "matters little"),
            (AGAINST, "makes them less similar"),
        )
    )
    return f'<div class="maps">{"".join(shown)}</div><p class="legend">{legend}</p><p class="note">{note}</p>'


def picture_url(drawing: np.ndarray, effects: np.ndarray) -> str:
    """A drawing (105, 105) as a data URI, its ink coloured by effects in [-1, 1]; paper is transparent."""
    towards = np.where(effects[..., None] > 0, FOR, AGAINST)
    colours = NEITHER + np.abs(effects)[..., None] * (towards - np.array(NEITHER))
    alpha = np.clip(drawing, 0, 1)[..., None] * 255
    picture = Image.fromarray(np.concatenate([colours, alpha], axis=-1).round().astype(np.uint8), "RGBA")
    content = io.BytesIO()
    picture.resize((2 * SIDE, 2 * SIDE), Image.Resampling.BILINEAR).save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode("ascii")


def _card(ink_map: InkMap, name: str) -> str:
    alt = (
        f"{cards.capitalised(name)}: {ink_map.agreeing:.0%} of its ink makes the drawings more similar, "
        f"{ink_map.differing:.0%} less similar"
    )
    style = f"background-image:url({ink_map.url})"
    return _figure(f'<span class="card" style="{style}" role="img" aria-label="{html.escape(alt)}"></span>', name)


def _figure(card: str, name: str) -> str:
    return f"<figure>{card}<figcaption>{html.escape(cards.capitalised(name))}</figcaption></figure>"


def _job(matcher: Matcher, pair: np.ndarray) -> Job[list[InkMap]]:
    """The maps of a pair, being computed or ready; the map that this visitor waited for before is given up."""
    drawings = np.ascontiguousarray(pair, np.float32)
    key = hashlib.blake2b(drawings.tobytes() + str(matcher.record["sha256"]).encode(), digest_size=16).digest()
    before, job = st.session_state.get(_JOB, (None, None))
    if before == key:
        return job
    if job is not None:
        job.stop()

    def steps(value: list[InkMap] | None) -> Iterator[list[InkMap]]:
        yield _maps(key, matcher, drawings)

    job = Job("The map of the ink", steps, turn=_turn).start()
    st.session_state[_JOB] = key, job
    return job


@cached(LRUCache(MAX_CACHED_MAPS), key=lambda key, matcher, drawings: key, condition=threading.Condition())
def _maps(key: bytes, matcher: Matcher, drawings: np.ndarray) -> list[InkMap]:
    from siamese.network.explain import INK, ink_effects, logit_without, marked

    one, other = matcher.twin_input(drawings)
    pairs = (one, other), (other, one)
    effects = [ink_effects(matcher, *pair) for pair in pairs]
    strongest = max(float(np.abs(effect).max()) for effect in effects) or 1.0
    maps = []
    for (drawing, partner), effect in zip(pairs, effects, strict=True):
        shares, ink = effect / strongest, drawing > INK
        without = logit_without(matcher, drawing, marked(drawing, effect), partner)
        maps.append(
            InkMap(
                picture_url(drawing, shares),
                float((shares[ink] > NOTABLE_SHARE).mean()) if ink.any() else 0.0,
                float((shares[ink] < -NOTABLE_SHARE).mean()) if ink.any() else 0.0,
                float(sigmoid(without)),
            )
        )
    return maps
