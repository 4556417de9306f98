"""Configurations of earlier versions, which had all fields of a training run side by side, in today's nested form.

Runs of those versions keep such a config.json in their folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SCHEDULE = ("steps", "validate_every", "validation_trials", "patience", "checkpoint_every")
_ALL_PAIRS = ("characters", "drawers", "same_alphabet", "composed", "varied", "upright")
_OPTIMISER = {
    "adamw": ("rate", "decay", "warmup", "layer_rates", "clip"),
    "adam": ("rate",),
    "sgd": ("rate", "momentum", "nesterov", "decay", "epoch", "layer_rates"),
}
_OPTIMISER_FIELDS = {name for names in _OPTIMISER.values() for name in names}


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """A flat configuration's fields as `TrainConfig.from_dict` takes them. Raises ValueError if one is missing."""
    fields = dict(flat)
    try:
        if "framed" in fields:  # the oldest names
            fields["batch_norm"], fields["normalised"] = fields.pop("normalise"), fields.pop("framed")
        fields["initial_weights"] = "paper" if fields.pop("paper_start") else "distance"
        convolutions, dense = fields.pop("penalty")
        fields["penalty"] = (convolutions, dense, dense)
        fields["schedule"] = {name: fields.pop(name) for name in _SCHEDULE}
        pairs, all_pairs = fields.pop("pairs"), {name: fields.pop(name) for name in _ALL_PAIRS}
        fields["batch"] = {"kind": "random pairs", "pairs": pairs} if pairs else {"kind": "all pairs", **all_pairs}
        kind, optimiser = fields.pop("optimiser"), {name: fields.pop(name) for name in sorted(_OPTIMISER_FIELDS)}
        fields["optimiser"] = {"kind": kind, **{name: optimiser[name] for name in _OPTIMISER.get(kind, ())}}
    except KeyError as error:
        raise ValueError(f"the field {error} is missing") from error
    return fields
