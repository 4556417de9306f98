"""The part with the distortions of training: one drawing, eight distorted copies, sliders and a seed."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import streamlit as st

from siamese.config import DistortConfig
from siamese.data.characters import CharacterSet, pack, unpack
from siamese.data.distort import distort
from siamese.presets import PRESETS
from siamese.ui import cards, links, state

COPIES = 8
MAX_KEPT = 512
"""Sets of copies that are kept for all visitors, 11 kB each."""
HUNDRED = 100
SLIDERS = {
    "rotation": ("Rotation, at most (degrees)", 45),
    "shear": ("Shear, at most (hundredths)", 60),
    "scale": ("Change of size, at most (%)", 50),
    "shift": ("Shift, at most (px)", 20),
    "bend": ("Bending, at most (tenths of a px)", 40),
    "pen": ("Thicker or thinner pen (% of copies)", 100),
}
"""By choice: label and largest value."""
EXPLAINED = (
    "In training the network hardly ever gets the same drawing twice: each time it is distorted a little, so that the "
    "network learns what makes the character and what does not matter. Koch et al. (section 3.2) turn, shear, "
    "scale and shift, each with a probability of 0.5. Bending and the pen's width are this program's own."
)

choices = state.of("explore")


def distortions_ui(characters: CharacterSet) -> None:
    """The sliders, the drawing that was chosen, and its copies."""
    st.html(f'<p class="note">{EXPLAINED}</p>')
    row = _row_ui(characters)
    with st.container(key="explore_sliders"):
        for name, (label, largest) in SLIDERS.items():
            st.slider(label, 0, largest, key=choices.key(name))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input("Seed", 0, links.MAX_SEED, key=choices.key("seed"), width=140)
        st.button("As in the paper", on_click=_set, args=("paper",))
        st.button("As in this program's training", on_click=_set, args=("best",))
    config = chosen_config()
    (drawing,) = characters.drawings([row])
    name = cards.character_name(characters.characters[characters.character_of[row]])
    tiles = [_tile(drawing, f"{name}, as it was drawn", "As drawn")]
    for number, copy in enumerate(copies(drawing, config, choices.seed), start=1):
        tiles.append(_tile(copy, f"{name}, distorted copy {number}", f"Copy {number}"))
    st.html(f'<div class="tiles copies">{"".join(tiles)}</div>')
    names = ("part", "data", "alphabet", "character", "drawer", *SLIDERS, "seed")
    state.share("explore", *names)


def chosen_config() -> DistortConfig:
    """The distortions that the sliders stand for."""
    shear, scale, bend, pen = (getattr(choices, name) for name in ("shear", "scale", "bend", "pen"))
    return dataclasses.replace(
        PRESETS["paper"].distort,
        rotation=float(choices.rotation),
        shear=(shear / HUNDRED, shear / HUNDRED),
        scale=(1 - scale / HUNDRED, 1 + scale / HUNDRED),
        shift=float(choices.shift),
        elastic=1.0 if bend else 0.0,
        elastic_strength=(0.0, bend / 10),
        thicker=pen / HUNDRED / 2,
        thinner=pen / HUNDRED / 2,
    )


def sliders_of(config: DistortConfig) -> dict[str, int]:
    """The values of the sliders that come closest to a configuration."""
    return {
        "rotation": round(config.rotation),
        "shear": round(HUNDRED * config.shear[0]),
        "scale": round(HUNDRED * (config.scale[1] - 1)),
        "shift": round(config.shift),
        "bend": round(10 * config.elastic_strength[1]) if config.elastic else 0,
        "pen": round(HUNDRED * (config.thicker + config.thinner)),
    }


def copies(drawing: np.ndarray, config: DistortConfig, seed: int) -> np.ndarray:
    """Distorted copies (8, 105, 105) of a drawing, the same for the same seed."""
    return unpack(_copies(pack(drawing[None]).tobytes(), config, seed))


@functools.lru_cache(maxsize=MAX_KEPT)
def _copies(bits: bytes, config: DistortConfig, seed: int) -> np.ndarray:
    drawing, rng = unpack(np.frombuffer(bits, np.uint8)[None])[0], np.random.default_rng(seed)
    return pack(np.stack([distort(drawing, config, rng) for _ in range(COPIES)]))


def _set(preset: str) -> None:
    for name, value in sliders_of(PRESETS[preset].distort or DistortConfig()).items():
        setattr(choices, name, value)


def _row_ui(characters: CharacterSet) -> int:
    """The choice of a character where an alphabet was chosen, and its drawing; otherwise the usual alphabet's first."""
    names, usual = [alphabet.name for alphabet in characters.alphabets], state.default("recognise", "alphabet")
    members = characters.members(choices.alphabet or (usual if usual in names else names[0]))
    position = 1
    if choices.alphabet:
        choices.character = max(1, choices.character)
        labels = [cards.character_name(characters.characters[member]) for member in members]
        st.selectbox(
            "Character",
            range(1, len(members) + 1),
            format_func=lambda place: labels[place - 1],
            key=choices.key("character"),
            width=320,
        )
        position = choices.character
    return characters.rows_by(members[position - 1], [choices.drawer])[0]


def _tile(drawing: np.ndarray, alt: str, caption: str) -> str:
    return f'<figure class="tile">{cards.card_of(drawing, alt)}<span class="name">{caption}</span></figure>'
