"""What there is to look up: about the network, words, references."""

from __future__ import annotations

import functools
import html

import streamlit as st

from siamese import paths
from siamese.ui import messages

WORDS = {
    "Alphabet, character, drawing": "An alphabet has characters (letters, digits, signs); a drawing shows one of them.",
    "Support set": "The examples that a query is compared with: k drawings of each of N characters.",
    "Query": "The drawing that is to be named.",
    "N-way, k-shot": "N characters to choose from, k examples of each.",
    "Similarity": "The network's number for two drawings, from 0 to 1.",
    "Embedding": "The 4,096 numbers into which the network turns a drawing.",
    "Accuracy": "The share of right answers; its 95 % interval says how much it may vary by chance.",
    "Overfitting": "Being good on the drawings of the training, and worse on others.",
    "Validation alphabets": "Alphabets by which everything is chosen, and on which nothing is trained.",
    "Siamese network": "A network whose two branches, the twins, share their weights.",
}
REFERENCES = """
- G. Koch, R. Zemel, R. Salakhutdinov: *Siamese Neural Networks for One-shot Image Recognition*. ICML Deep Learning
  Workshop, 2015. [PDF](https://www.cs.cmu.edu/~rsalakhu/papers/oneshot1.pdf)
- B. Lake, R. Salakhutdinov, J. Tenenbaum: *Human-level concept learning through probabilistic program induction*.
  Science 350, 2015. Omniglot, and the 400 trials by which people, programs and networks are compared.
- B. Lake, R. Salakhutdinov, J. Tenenbaum: *The Omniglot challenge: a 3-year progress report*. 2019.
- J. Bromley and others: *Signature Verification using a "Siamese" Time Delay Neural Network*. 1993. The first siamese
  network.
"""
ABOUT = """
Its architecture is that of Koch, Zemel and Salakhutdinov (2015), at its size: four convolutions, an embedding of
4,096 values, the weighted L1 distance, a sigmoid. Two things are not Koch's: it is trained as four independent
columns, each a quarter as wide, and every drawing is normalised (size, position, slant) before the network sees it.
`docs/departures.md` lists all differences, `docs/ablation.md` what each part of the recipe contributes, and
`docs/figures.md` every figure with its command. Five lines of Python recognise a drawing:
"""


def look_up_ui() -> None:
    """Three sections that are opened by a click."""
    with st.expander("About the network, for students of machine learning"):
        messages.document(ABOUT)
        st.code(example(), language="python")
    with st.expander("Words"):
        entries = "".join(f"<dt>{html.escape(word)}</dt><dd>{html.escape(text)}</dd>" for word, text in WORDS.items())
        st.html(f'<dl class="status words">{entries}</dl>')
    with st.expander("References"):
        messages.document(REFERENCES)


@functools.lru_cache(maxsize=1)
def example() -> str:
    """The five lines of the README, which a test runs."""
    readme = (paths.ASSETS.parent / "README.md").read_text(encoding="utf-8")
    return readme.split("```python\n")[1].split("```")[0].strip()
