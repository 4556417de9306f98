"""Files with bytes changed at random."""

from __future__ import annotations

import random
from collections.abc import Sequence

MOST = 0.75
"""Share of the changes that are made where a file is most sensitive."""


def damaged(content: bytes, rng: random.Random, sensitive: range, pieces: Sequence[bytes]) -> bytes:
    """Bytes changed, inserted, removed, overwritten or cut off.

    sensitive: places where most changes are made, a header or a directory. pieces: what overwrites others.
    """
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        places = range(sensitive.start, min(sensitive.stop, len(changed))) if rng.random() < MOST else ()
        place = rng.choice(places or range(len(changed)))
        kind = rng.randrange(4)
        if kind == 0:
            changed[place] = rng.randrange(256)
        elif kind == 1:
            changed[place:place] = rng.randbytes(rng.choice((1, 2, 8)))
        elif kind == 2:
            del changed[place : place + rng.choice((1, 2, 8))]
        else:
            piece = rng.choice(pieces)
            changed[place : place + len(piece)] = piece
    return bytes(changed[: rng.randrange(1, len(changed))] if rng.random() < 0.1 else changed)
