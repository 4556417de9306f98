"""What a link can set: the choices of every page, each with its default and allowed values, by page and name.

The names are those of the URL parameters. `state` keeps the values of each visitor.
"""

from __future__ import annotations

import dataclasses

from siamese.data.office import MAX_PEOPLE
from siamese.data.sources import SOURCES
from siamese.evaluation.limits import MAX_SHOTS, MAX_WAYS
from siamese.presets import PRESETS
from siamese.ui.parameters import (
    Choice,
    alphabet_name,
    integer,
    network_id,
    one_of,
    own_set_or,
    positions,
    run_id,
    some_of,
    switch,
)

MAX_TRIALS = 5000
"""Trials of a measurement on the Evaluate page."""
MAX_SEED = 9999
SELECTIONS = ("first", "shuffled", "picked")
"""How the characters of a support set are selected."""
PARTS = ("curve", "lake", "trial", "failures", "verification")
"""Parts of the Evaluate page."""
EVALUATED = ("validation", "lake", "runs", "builtin")
"""What Evaluate measures on: groups of `data.splits`, and Lake's 400 trials ("runs"); besides, own sets."""
HIDEABLE = ("pages", "network", "choices", "samples", "pictures")
"""What can be hidden from students."""
SCORERS = ("network", "nearest", "normalised", "hausdorff")
"""Scorers whose answers on Lake's runs can be shown one by one."""
BLOCKS = (
    "drawing",
    *(f"{kind}{number}" for number in (1, 2, 3) for kind in ("conv", "pool")),
    *("conv4", "embedding", "distance", "similarity"),
)
"""Blocks of the network on the Inside page (`network.architecture`)."""
SHARED = "shared"
"""The choices that all pages share; their session keys have no prefix."""

CHOICES: dict[str, dict[str, Choice]] = {
    SHARED: {
        "large": dataclasses.replace(switch(), old_names=("presenter",)),
        "hide": Choice([], some_of(*HIDEABLE), "-".join),  # controls that students do not need, see hide.py
        # "": the shipped one; else an upload, or the run that trained it
        "network": Choice("", network_id, may_vanish=True),
    },
    "home": {
        "step": Choice(1, integer(1, 6)),
        "ways": Choice(5, integer(2, 20)),
        "seed": Choice(1, integer(1, MAX_SEED)),
        "person": Choice(3, integer(0, 9)),  # who signs, of the ten on file
        "pair": Choice("same", one_of("same", "alike", "different")),
    },
    "recognise": {
        "data": Choice("builtin", own_set_or(*SOURCES), may_vanish=True),
        "alphabet": Choice("Kannada", alphabet_name),  # built-in and in Omniglot, never seen by the shipped network
        "ways": Choice(20, integer(2, 99), old_names=("n",)),
        "which": Choice("first", one_of(*SELECTIONS)),
        "seed": Choice(1, integer(0, MAX_SEED)),
        "picked": positions(),
        "shots": Choice(1, integer(1, MAX_SHOTS)),
        "drawer": Choice(1, integer(1, 999)),
        "sorted": switch(),
        "why": switch(),  # whether the ink that decided is shown
    },
    "verify": {
        "part": Choice("pair", one_of("pair", "company")),
        "data": Choice("builtin", own_set_or(*SOURCES), may_vanish=True),
        "alphabet": Choice("Kannada", alphabet_name),
        "person": Choice(0, integer(0, MAX_PEOPLE - 1)),  # whose signature the drawing is compared with
        "why": switch(),
    },
    "inside": {
        "part": Choice("layers", one_of("layers", "pair", "map", "nearest")),
        "data": Choice("builtin", own_set_or(*SOURCES), may_vanish=True),
        "alphabet": Choice("Kannada", alphabet_name),
        "search": Choice("builtin", own_set_or(*SOURCES), may_vanish=True),  # where similar drawings are looked for
        "layout": Choice("pca", one_of("pca", "tsne")),  # of the map
        "block": Choice("conv1", one_of(*BLOCKS)),
        "map": Choice(1, integer(1, 4096)),  # the feature map, or the value of the embedding
        "by_hand": switch(),  # whether a person chooses the output that is explained; otherwise it is the largest
        "row": Choice(1, integer(1, 96)),
        "column": Choice(1, integer(1, 96)),
    },
    "explore": {
        "part": Choice("alphabets", one_of("alphabets", "distortions", "batches")),
        "data": Choice("builtin", own_set_or(*SOURCES), may_vanish=True),
        "alphabet": Choice("", alphabet_name),  # "": all alphabets
        "character": Choice(0, integer(0, 999)),  # its position in the alphabet, from 1; 0: all characters
        "drawer": Choice(1, integer(1, 999)),
        "other": Choice(0, integer(0, 999)),  # the drawer that is compared with; 0: none
        "find": Choice("", alphabet_name),  # a name or symbol; "": no search
        # the largest distortions, in the units of `explore.distortions.SLIDERS`; the defaults are the paper's
        "rotation": Choice(10, integer(0, 45)),
        "shear": Choice(30, integer(0, 60)),
        "scale": Choice(20, integer(0, 50)),
        "shift": Choice(2, integer(0, 20)),
        "bend": Choice(0, integer(0, 40)),
        "pen": Choice(0, integer(0, 100)),
        "drawn": Choice("pairs", one_of("pairs", "batch", "trial")),
        "seed": Choice(1, integer(0, MAX_SEED)),  # of distortions, pairs and episodes
    },
    "teach": {"set": Choice("", own_set_or(""), may_vanish=True)},  # "": a new alphabet
    "play": {
        "view": Choice("quiz", one_of("quiz", "telephone", "break", "name", "board")),
        "data": Choice("builtin", own_set_or(*SOURCES), may_vanish=True),
        "alphabet": Choice("Kannada", alphabet_name),
        "ways": Choice(20, integer(2, 20)),
        "alike": switch(),
        "limit": Choice("30", one_of("0", "10", "20", "30")),  # seconds for each question; 0: none
        "seed": Choice(0, integer(0, MAX_SEED)),  # 0: another one each round
        "round": Choice("quiz", one_of("quiz", "telephone", "break")),  # this and minutes: of a round for everyone
        "minutes": Choice("5", one_of("2", "3", "5", "10")),
    },
    "train": {
        "preset": Choice("lesson", one_of(*PRESETS)),
        "data": Choice("omniglot", one_of(*SOURCES), old_names=("source",)),
        "view": Choice("run", one_of("run", "new", "all")),
        "run": Choice("", run_id, may_vanish=True),  # "": the active run, or else the newest
    },
    "evaluate": {
        "part": Choice("curve", one_of(*PARTS)),
        "group": Choice("validation", own_set_or(*EVALUATED), may_vanish=True),
        "only": positions(),  # alphabets of the group; none for all
        "across": switch(),
        "ways": Choice(20, integer(2, MAX_WAYS)),
        "shots": Choice(1, integer(1, MAX_SHOTS), old_names=("k",)),
        "trials": Choice(500, integer(10, MAX_TRIALS)),
        "seed": Choice(1, integer(0, MAX_SEED), old_names=("draw",)),
        "unseen_only": switch(),
        # the network that is compared with the shipped one
        "compare": Choice("", network_id, old_names=("rival",), may_vanish=True),
        "trial": Choice(1, integer(1, MAX_TRIALS), old_names=("opened",)),
        "scorer": Choice("network", one_of(*SCORERS, old_values={"framed": "normalised"}), old_names=("solver",)),
        "lake_run": Choice(0, integer(0, 20)),  # 0: all
        "threshold": Choice(0, integer(0, 99)),  # hundredths of similarity; 0: the one fitted on validation
    },
}
"""By page, then by name."""
