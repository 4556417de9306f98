"""What is played: data source, alphabet, number of characters, look-alikes, time."""

from __future__ import annotations

import functools
import threading
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from cachetools import LRUCache, cached

from siamese.classroom import rounds
from siamese.classroom.rounds import STANDARD_WAYS
from siamese.data import sources
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.ui import cards, datasets, messages, models, own_sets, state
from siamese.ui.jobs import Job

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher

WAYS = (5, 10, STANDARD_WAYS)
LIMITS = {"0": "No limit", "10": "10 s", "20": "20 s", "30": "30 s"}
"""Seconds for each question."""
MAX_CACHED_ALPHABETS, MAX_SIMILARITIES = 64, 64
CHECK_SECONDS = 0.5

choices = state.of("play")


def alphabet_ui() -> CharacterSet | None:
    """The alphabet that was chosen, or None after saying what is missing."""
    with st.container(key="play_setup", horizontal=True, vertical_alignment="bottom", gap="small"):
        _source_ui()
        try:
            characters = datasets.character_set(choices.data)
        except UserError as error:
            messages.error(str(error))
            return None
        names = [alphabet.name for alphabet in characters.alphabets]
        if choices.alphabet not in names:
            usual = state.default("play", "alphabet")
            choices.alphabet = usual if usual in names else names[0]
        st.selectbox("Alphabet", names, format_func=cards.alphabet_name, key=choices.key("alphabet"), width=220)
    return alphabet(choices.data, choices.alphabet)


def alphabet(source: str, name: str) -> CharacterSet:
    """One alphabet of a data source, from memory after the first call. Raises UserError."""
    try:
        return _alphabet(source, name, datasets.version(source))
    except KeyError as error:
        raise UserError("This alphabet is not on this server any more: choose another one.") from error


def difficulty_ui(characters: CharacterSet) -> None:
    """Number of characters, look-alikes, time."""
    offered = [ways for ways in WAYS if ways <= len(characters.characters)] or [len(characters.characters)]
    if choices.ways not in offered:
        choices.ways = offered[-1]
    with st.container(key="play_difficulty", horizontal=True, vertical_alignment="bottom"):
        st.segmented_control("Characters to choose from", offered, required=True, key=choices.key("ways"))
        st.segmented_control(
            "Time for each", list(LIMITS), format_func=LIMITS.get, required=True, key=choices.key("limit")
        )
        st.toggle(
            "Look-alikes only", key=choices.key("alike"), help="Only characters that the network finds most alike."
        )


def similarity(characters: CharacterSet, network: str) -> np.ndarray | None:
    """How alike the network finds the characters of an alphabet, (n, n); None while that is computed or not possible.

    Once for each alphabet and network, in the background.
    """
    matcher = models.matcher(network)
    if matcher is None:
        return None
    job = _similarity_job(str(matcher.record["sha256"]), characters.digest, matcher, characters)
    if job.state == "new":
        job.start()
    if job.failure:
        messages.error(job.failure)
    return job.value


@cached(LRUCache(MAX_SIMILARITIES), key=lambda *given: given[:2], condition=threading.Condition())
def _similarity_job(weights: str, digest: str, matcher: Matcher, characters: CharacterSet) -> Job[np.ndarray]:
    def steps(value: np.ndarray | None) -> Iterator[np.ndarray]:
        yield rounds.character_similarity(characters, matcher)

    return Job("Comparing the characters", steps)


@st.fragment(run_every=CHECK_SECONDS)
def wait_for_similarity_ui(characters: CharacterSet, network: str) -> None:
    """Says what is computed, and runs the page again when it is ready."""
    if similarity(characters, network) is not None:
        st.rerun()
    st.html('<p class="note">Looking for characters that look alike …</p>')


def _source_ui() -> None:
    offered = [key for key in sources.SOURCES if sources.get(key).available()] + own_sets.visible(choices.data)
    if choices.data not in offered:
        choices.data = offered[0]
    if len(offered) > 1:
        st.selectbox("Data", offered, format_func=_label, key=choices.key("data"), width=220)


def _label(key: str) -> str:
    try:
        return sources.get(key).label
    except UserError:  # deleted meanwhile
        return key


@functools.lru_cache(maxsize=MAX_CACHED_ALPHABETS)
def _alphabet(source: str, name: str, version: Hashable) -> CharacterSet:
    return datasets.loaded(source).subset([name])
