"""The record of a weights file: JSON that says what the network is, how it was made and what it reached.

Everything that the program later relies on is checked here, once. Other entries (`made`, `validation`, `calibration`)
are for people and are not checked.
"""

from __future__ import annotations

import json
import math
import pathlib
import re
from collections.abc import Callable
from typing import Any

from siamese.config import TwinConfig
from siamese.errors import UserError
from siamese.reading import read_regular

MAX_RECORD_BYTES = 1_000_000
MAX_LAYERS, MAX_FILTERS, MAX_KERNEL, MAX_EMBEDDING, MAX_COLUMNS = 8, 4096, 105, 65_536, 64
MAX_NAMES, MAX_NAME_CHARACTERS = 10_000, 200


class WeightsError(UserError):
    """A file that is not weights of this network; the text says why and what to do."""


def read_record(source: pathlib.Path) -> dict[str, Any]:
    """The checked record of a weights file, with `columns` and `normalised` filled in. Raises WeightsError.

    Records of earlier versions, in which `normalised` has another name, are read as well.
    """
    try:
        record = json.loads(read_regular(source, MAX_RECORD_BYTES), parse_constant=_refuse_constant)
    except OSError as error:
        raise WeightsError(
            f"{source}, the record of the weights, cannot be read ({error.strerror}): keep it next to the weights."
        ) from error
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"{source} is not the record of a weights file: it is not valid JSON.") from error
    if not isinstance(record, dict):
        raise WeightsError(f"{source} is not the record of a weights file: it is not a JSON object.")
    if "framed" in record:
        record.setdefault("normalised", record.pop("framed"))
    record = {**DEFAULTS, **record}
    missing = [key for key in CHECKS if key not in record]
    if missing:
        raise WeightsError(f"{source} lacks {', '.join(missing)}: it is not the record of a weights file.")
    for key, (valid, expected) in CHECKS.items():
        if not valid(record[key]):
            raise WeightsError(f"{source} gives {_short(record[key])} as {key}; it must be {expected}.")
    return record


def twin_of(record: dict[str, Any], source: pathlib.Path) -> tuple[TwinConfig, TwinConfig]:
    """The twin of a checked record, and that of one of its columns. Raises WeightsError when the sizes contradict."""
    twin = record["twin"]
    try:
        config = TwinConfig(tuple(twin["filters"]), tuple(twin["kernels"]), twin["embedding"])
        return config, config.column(record["columns"])
    except ValueError as error:
        raise WeightsError(f"{source} does not describe a network: {error}") from error


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python prints no numbers of thousands of digits
        return "a number of thousands of digits"
    return text if len(text) <= 60 else text[:57] + "..."


def _is_number(value: Any, least: float, inclusive: bool = True) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        number = float(value)
    except OverflowError:
        return False
    return math.isfinite(number) and (number >= least if inclusive else number > least)


def _is_count(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _is_list_of(value: Any, valid: Callable[[Any], bool], most: int, least: int = 0) -> bool:
    return isinstance(value, list) and least <= len(value) <= most and all(map(valid, value))


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_NAME_CHARACTERS and value.isprintable()


def _is_twin(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _is_list_of(value.get("filters"), lambda count: _is_count(count, MAX_FILTERS), MAX_LAYERS, 1)
        and _is_list_of(value.get("kernels"), lambda side: _is_count(side, MAX_KERNEL), MAX_LAYERS, 1)
        and _is_count(value.get("embedding"), MAX_EMBEDDING)
    )


def _is_trained_on(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict)
        and all(_is_list_of(value.get(key), _is_name, MAX_NAMES) for key in ("alphabets", "scripts"))
    )


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


DEFAULTS = {"columns": 1, "normalised": False, "same_threshold": None, "signature_threshold": None}
CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "sha256": (_is_sha256, "64 hexadecimal digits"),
    "twin": (_is_twin, "the sizes of a twin: filters, kernels and embedding"),
    "trained_on": (_is_trained_on, "lists of the names of alphabets and scripts, or null where they are not known"),
    "temperature": (lambda value: _is_number(value, 0, inclusive=False), "a number above 0"),
    "none_threshold": (lambda value: _is_number(value, 0), "a number of 0 or more"),
    "columns": (lambda value: _is_count(value, MAX_COLUMNS), f"a number from 1 to {MAX_COLUMNS}"),
    "normalised": (lambda value: isinstance(value, bool), "true or false"),
    "same_threshold": (lambda value: value is None or _is_number(value, 0), "a number of 0 or more"),
    "signature_threshold": (lambda value: value is None or _is_number(value, 0), "a number of 0 or more"),
}
"""For each entry a check and what a valid value is."""
