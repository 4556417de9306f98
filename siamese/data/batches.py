"""Random training batches, a function of a seed and a step only. No character occurs twice in a batch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from siamese.config import AllPairs, RandomPairs, TrainConfig
from siamese.data.characters import CharacterSet
from siamese.data.compose import LAYOUTS, compose, turn
from siamese.data.distort import Distortion, apply_distortion, choose_distortion, orient
from siamese.data.normalise import normalise
from siamese.data.strokes import PEN_PX, Lines, render, trace
from siamese.data.vary import Edit, choose_edits, vary

ORIENTATIONS = 8
"""Four quarter turns, each also mirrored."""
COMPOSED_PARTS = 8
"""Characters of an alphabet that provide the parts of a composed batch: few, so that many drawings share one."""
NEAR_MISS_BASES = (2, 4, 8)
"""Characters of an alphabet that a batch of near misses may start from: few, so that each has many near misses."""


class BatchSampler:
    """Training batches of distorted drawings, a function of (seed, step) only, so that resuming is exact.

    With `AllPairs`, some batches are of composed characters or of near misses; a share of the others takes characters
    from few alphabets (one to three of Omniglot's), where the look-alikes are. A turned or mirrored alphabet counts as
    another alphabet. A character occurs in one orientation only, since an O turned is still an O. With `same_drawers`,
    the first drawings of all characters are by one drawer, the second ones by another, and so on; where a character
    lacks a drawer, the next of the batch's order stands in.
    With `RandomPairs`, pairs are drawn as in Koch et al., section 4.2.
    """

    def __init__(self, characters: CharacterSet, config: TrainConfig):
        self.characters = characters
        self.config = config
        self._traced: dict[int, Lines] = {}  # some 2.5 kB per drawing
        self._groups = [np.array(characters.members(a.name)) for a in characters.alphabets]
        self._rows = [
            rows[characters.drawer_of[rows] <= config.from_drawers]
            for rows in map(characters.rows, range(len(characters.characters)))
        ]
        batch = config.batch
        wanted, drawers = (2, 2) if isinstance(batch, RandomPairs) else (batch.characters, batch.drawers)
        if len(characters.characters) < wanted:
            raise ValueError(f"{characters.name} has {len(characters.characters)} characters; a batch needs {wanted}.")
        fewest = min(map(len, self._rows))
        if fewest < drawers:
            raise ValueError(f"A character of {characters.name} has {fewest} drawers; a batch needs {drawers}.")

    def batch(self, step: int, part: slice = slice(None)) -> np.ndarray:
        """Drawings float32 (n, 105, 105), or the part of them that one of several devices trains on.

        The batch is the same however it is divided: all that is random is drawn for all drawings, and only the work on
        the others is left out.

        With `AllPairs`, those of a character are neighbours. With `RandomPairs`, the first drawing of every pair comes
        before the second of every pair, and the pairs of the same character before the others.
        """
        rng, batch = np.random.default_rng((self.config.seed, step)), self.config.batch
        if isinstance(batch, RandomPairs):
            chosen = list(self.characters.drawings(self._random_pairs(batch.pairs, rng)))
        else:
            chosen = self._all_pairs(batch, rng)
        changes = [None if self.config.distort is None else choose_distortion(self.config.distort, rng) for _ in chosen]
        drawings = np.stack([_draw(*each) for each in zip(chosen[part], changes[part], strict=True)])
        return normalise(drawings) if self.config.normalised else drawings

    def _random_pairs(self, pairs: int, rng: np.random.Generator) -> np.ndarray:
        """Rows (2 * pairs,)."""
        first, second = [], []
        for pair in range(pairs):
            if pair < pairs // 2:
                one, two = rng.choice(self._rows[rng.integers(len(self._rows))], size=2, replace=False)
            else:
                one, two = (rng.choice(self._rows[c]) for c in rng.choice(len(self._rows), size=2, replace=False))
            first.append(one)
            second.append(two)
        return np.array(first + second)

    def _all_pairs(self, batch: AllPairs, rng: np.random.Generator) -> list[np.ndarray | Lines]:
        """Each a drawing (105, 105), or the lines of one."""
        kind = rng.random()
        if kind < batch.composed and (composed := self._choose_composed(batch, rng)):
            return [self._compose(*parts, rng) for parts in composed]
        if 0 <= kind - batch.composed < batch.varied:
            return [self._vary(*varied, rng) for varied in self._choose_varied(batch, rng)]
        drawings: list[np.ndarray | Lines] = []
        rows_of = self._rows_by_drawers(batch, rng)
        for character, orientation in self._choose(batch, rng):
            drawings += list(orient(self.characters.drawings(rows_of(character)), orientation))
        return drawings

    def _rows_by_drawers(self, batch: AllPairs, rng: np.random.Generator) -> Callable[[int], np.ndarray]:
        """A function that chooses the rows (drawers,) of a character for this batch."""
        if not batch.same_drawers:
            return lambda character: rng.choice(self._rows[character], size=batch.drawers, replace=False)
        place = rng.permutation(self.characters.drawer_of.max() + 1)

        def by_same_drawers(character: int) -> np.ndarray:
            rows = self._rows[character]
            return rows[np.argsort(place[self.characters.drawer_of[rows]])[: batch.drawers]]

        return by_same_drawers

    def _choose(self, batch: AllPairs, rng: np.random.Generator) -> list[tuple[int, int]]:
        """(character, orientation) of a batch."""
        wanted = batch.characters

        def orientation() -> int:
            return 0 if rng.random() < batch.upright else int(rng.integers(1, ORIENTATIONS))

        if rng.random() >= batch.same_alphabet:
            chosen = rng.choice(len(self.characters.characters), size=wanted, replace=False)
            return [(int(c), orientation()) for c in chosen]
        picked: list[tuple[int, int]] = []
        spare: list[tuple[int, int]] = []  # to fill a batch when there are few alphabets
        limit = wanted if rng.random() < 0.5 else (wanted + 1) // 2
        for group in rng.permutation(len(self._groups)):
            members, taken = rng.permutation(self._groups[group]), min(limit, wanted - len(picked))
            turned = orientation()
            shown = [(int(c), turned) for c in members]
            picked += shown[:taken]
            spare += shown[taken:]
            if len(picked) == wanted:
                break
        return picked + spare[: wanted - len(picked)]

    def _choose_composed(self, batch: AllPairs, rng: np.random.Generator) -> list[tuple[int, int, int, int, int]]:
        """(row, orientation, row, orientation, layout) per drawing of a batch; empty if the alphabets are too small.

        Both parts of a drawing are by the same drawer if that drawer drew both.
        """
        group = self._groups[rng.integers(len(self._groups))]
        other = self._groups[rng.integers(len(self._groups))] if rng.random() < 0.5 else group
        firsts, seconds = (
            rng.choice(members, size=min(len(members), COMPOSED_PARTS), replace=False) for members in (group, other)
        )
        layouts = rng.permutation(len(LAYOUTS))[: 1 if rng.random() < 0.6 else 2]
        made = [(one, two, int(layout)) for one in firsts for two in seconds if one != two for layout in layouts]
        if len(made) < batch.characters:
            return []
        turns = (0, 0) if rng.random() < 0.5 else tuple(map(int, rng.integers(ORIENTATIONS, size=2)))
        composed, rows_of = [], self._rows_by_drawers(batch, rng)
        for place in rng.permutation(len(made))[: batch.characters]:
            one, two, layout = made[place]
            for row in rows_of(one):
                candidates = self._rows[two]
                same = candidates[self.characters.drawer_of[candidates] == self.characters.drawer_of[row]]
                partner = same[0] if len(same) else rng.choice(candidates)
                composed.append((int(row), turns[0], int(partner), turns[1], layout))
        return composed

    def _compose(
        self, first: int, turned: int, second: int, turned_too: int, layout: int, rng: np.random.Generator
    ) -> Lines:
        return compose(turn(self._lines(first), turned), turn(self._lines(second), turned_too), layout, rng)

    def _choose_varied(self, batch: AllPairs, rng: np.random.Generator) -> list[tuple[int, int, Edit]]:
        """(row, orientation, edit) per drawing of a batch: near misses of a few characters of one alphabet."""
        group, wanted = self._groups[rng.integers(len(self._groups))], batch.characters
        bases = rng.choice(group, size=min(int(rng.choice(NEAR_MISS_BASES)), len(group), wanted), replace=False)
        orientation = 0 if rng.random() < 0.5 else int(rng.integers(ORIENTATIONS))
        edits_per_base = -(-wanted // len(bases))
        made = []
        for base in bases:
            lines = turn(self._lines(int(self._rows[base][0])), orientation)
            made += [(base, edit) for edit in choose_edits(lines, edits_per_base, rng)]
        rows_of = self._rows_by_drawers(batch, rng)
        return [(int(row), orientation, edit) for base, edit in made[:wanted] for row in rows_of(base)]

    def _vary(self, row: int, turned: int, edit: Edit, rng: np.random.Generator) -> Lines:
        return vary(turn(self._lines(row), turned), edit, rng)

    def _lines(self, row: int) -> Lines:
        if row not in self._traced:
            self._traced[row] = trace(self.characters.drawings([row])[0])
        return self._traced[row]


def _draw(chosen: np.ndarray | Lines, distortion: Distortion | None) -> np.ndarray:
    """The drawing (105, 105), distorted."""
    drawing = render(chosen, PEN_PX) if isinstance(chosen, Lines) else chosen
    return drawing if distortion is None else apply_distortion(drawing, distortion)
