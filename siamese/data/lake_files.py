"""Lake's 20 runs as files: the content of all_runs.zip, wherever it is in a folder or an archive."""

from __future__ import annotations

import re

import numpy as np

from siamese.config import SIDE
from siamese.data.archives import OmniglotError, ink_is_light, read_dark
from siamese.data.characters import pack
from siamese.data.file_tree import FileTree
from siamese.errors import UserError

RUNS, WAYS = 20, 20
MAX_LABELS_BYTES = 100_000
"""class_labels.txt has 1 KB."""
_LABELS = re.compile(r"(.*/)?run01/class_labels\.txt")
_ANSWER = re.compile(r".*class([0-9]{2})\.png")


def read_runs(tree: FileTree) -> dict[str, np.ndarray] | None:
    """Lake's runs: support and query bits (400, 1379), answer int (20, 20); None when there is no trace of them.

    Raises OmniglotError when they are incomplete or damaged.
    """
    roots = [match.group(1) or "" for name in tree.files if (match := _LABELS.fullmatch(name))]
    if not roots:
        _check_no_trace(tree)
        return None
    root = min(roots, key=len)
    dark = np.zeros((2, RUNS, WAYS, SIDE, SIDE), bool)  # queries, support sets
    answer = np.zeros((RUNS, WAYS), np.int64)
    for run in range(RUNS):
        part = f"run{run + 1:02}"
        answers = _read_answers(_read(tree, f"{root}{part}/class_labels.txt", MAX_LABELS_BYTES), part)
        for i in range(WAYS):
            item = f"{part}/test/item{i + 1:02}.png"
            for kind, name in enumerate((item, f"{part}/training/class{i + 1:02}.png")):
                _check_present(tree, root, name)
                dark[kind, run, i] = read_dark(tree, root + name)
            answer[run, i] = answers[item]
    if ink_is_light(dark.mean(axis=(3, 4)).ravel(), root or str(tree.path)):
        dark = ~dark
    return {"support": pack(dark[1]), "query": pack(dark[0]), "answer": answer}


def _check_no_trace(tree: FileTree) -> None:
    """Raise OmniglotError when all_runs.zip is there but cannot be read, or has no runs."""
    for archive, reason in tree.unread.items():
        if "all_runs" in archive:
            raise OmniglotError(reason)
    if "all_runs" in tree.path.name or any("all_runs" in folder for folder in tree.folders):
        raise OmniglotError(f"{tree.path} lacks run01/class_labels.txt of all_runs.zip; fetch all_runs.zip again.")


def _check_present(tree: FileTree, root: str, name: str) -> None:
    if root + name not in tree.files:
        raise OmniglotError(f"{root or 'all_runs.zip/'}{name} is missing; fetch all_runs.zip again.")


def _read(tree: FileTree, name: str, max_bytes: int) -> bytes:
    _check_present(tree, "", name)
    try:
        return tree.read(name, max_bytes)
    except UserError as error:
        raise OmniglotError(str(error)) from error


def _read_answers(content: bytes, part: str) -> dict[str, int]:
    """Index in the support set by the name of each item: lines "run01/test/item01.png run01/training/class11.png"."""
    answers: dict[str, int] = {}
    for line in content.decode("ascii", errors="replace").splitlines():
        words = line.split()
        match = _ANSWER.fullmatch(words[1]) if len(words) == 2 else None
        if match and 1 <= int(match.group(1)) <= WAYS:
            answers[words[0]] = int(match.group(1)) - 1
    if set(answers) != {f"{part}/test/item{i + 1:02}.png" for i in range(WAYS)}:
        raise OmniglotError(f"{part}/class_labels.txt does not name the answers to 20 items; fetch all_runs.zip again.")
    return answers
