"""R9: hostile and generated picture files: no error but InkError, at most 200 MB and 1.5 s each, decoder included.

Seconds are those of the processor, so that the figure does not depend on what else the machine does.
"""

from __future__ import annotations

import concurrent.futures
import os
import random
from collections.abc import Callable

from siamese.data.ink import InkError
from siamese.data.photograph import draw_image
from tests.hostile.pictures import HARMLESS, LARGEST, REFUSED, colour, encoded, hook
from tools.hostile.measure import Outcome, cpu_seconds, isolated, print_table

GENERATED, GENERATED_OTHER = 20_000, 10_000
"""Of PNG, JPEG and WEBP; of the formats that are not walked but always decoded in the other process."""
BATCH = 250
MAX_SECONDS, MAX_MEGABYTES = 1.5, 200

Mutate = Callable[[random.Random], bytes]


def run(short: bool) -> bool:
    """Print the figure; whether the goal is reached."""
    draw_image(encoded(hook(200)))  # load the libraries before the processes fork
    rows, faults = [], []
    for title, cases, expected in (
        ("hostile, refused", REFUSED, "refused"),
        ("costly parts, ignored", HARMLESS, "drawn"),
        ("the largest accepted", LARGEST, "drawn"),
    ):
        outcomes = {name: _one(make) for name, make in cases.items()}
        faults += [
            f"{name}: {o.value} {o.error} {o.text} {o.cpu_seconds:.1f} s {o.megabytes:.0f} MB"
            for name, o in outcomes.items()
            if not _is_good(o, expected)
        ]
        rows.append(_row(title, outcomes))
    for title, make, count in (
        ("PNG, JPEG, WEBP", mutant, GENERATED),
        ("other formats", other_mutant, GENERATED_OTHER),
    ):
        row, wrong = _batches(title, make, count // (100 if short else 1))
        rows.append(row)
        faults += wrong
    print_table(rows)
    print(f"  faults: {len(faults)}", *faults, sep="\n    ")
    return not faults


def _batches(title: str, make: Mutate, count: int) -> tuple[tuple[str, int, float, float, str], list[str]]:
    """A row of the table, and faults, of `count` generated files."""
    starts = range(0, count, BATCH)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        batches = list(
            pool.map(lambda start: isolated(lambda: _generated(make, start, min(BATCH, count - start)), 600), starts)
        )
    faults = [f"generated from {s}: {b.error} {b.text}" for s, b in zip(starts, batches, strict=True) if b.error]
    done = [batch.value for batch in batches if not batch.error]
    faults += [fault for _, _, wrong in done for fault in wrong]
    seconds, drawn = max(longest for longest, _, _ in done), sum(drawn for _, drawn, _ in done)
    megabytes = max(batch.megabytes for batch in batches)
    return (f"generated, {title}, in batches of {BATCH}", count, seconds, megabytes, f"{drawn:,} drawn"), faults


def _one(make: Callable[[], bytes]) -> Outcome:
    content = make()
    return isolated(lambda: _try(content))


def _try(content: bytes) -> str:
    try:
        draw_image(content)
    except InkError:
        return "refused"
    return "drawn"


def _is_good(outcome: Outcome, expected: str) -> bool:
    return outcome.value == expected and outcome.cpu_seconds <= MAX_SECONDS and outcome.megabytes <= MAX_MEGABYTES


def _row(title: str, outcomes: dict[str, Outcome]) -> tuple[str, int, float, float, str]:
    slowest = max(outcomes, key=lambda name: outcomes[name].cpu_seconds)
    largest = max(outcomes, key=lambda name: outcomes[name].megabytes)
    remark = f"slowest {slowest!r}, largest {largest!r}"
    return title, len(outcomes), outcomes[slowest].cpu_seconds, outcomes[largest].megabytes, remark


def _generated(make: Mutate, start: int, count: int) -> tuple[float, int, list[str]]:
    """Most seconds of one, how many gave a drawing, and faults."""
    longest, drawn, faults = 0.0, 0, []
    for seed in range(start, start + count):
        content = make(random.Random(seed))
        began = cpu_seconds()
        try:
            drawn += _try(content) == "drawn"
        except Exception as error:
            faults.append(f"generated {seed}: {type(error).__name__} {error}")
        seconds = cpu_seconds() - began
        if seconds > MAX_SECONDS:
            faults.append(f"generated {seed} took {seconds:.1f} s")
        longest = max(longest, seconds)
    return longest, drawn, faults


_COMMON = {
    "PNG": encoded(hook(200)),
    "palette": encoded(colour().convert("P")),
    "alpha": encoded(colour().convert("RGBA")),
    "animation": encoded(colour(), save_all=True, append_images=[colour().rotate(9)]),
    "JPEG": encoded(colour(), "JPEG"),
    "print": encoded(colour().convert("CMYK"), "JPEG"),
    "progressive": encoded(colour(), "JPEG", progressive=True),
}
_WEBP = {
    "lossy": encoded(colour(), "WEBP"),
    "lossless": encoded(colour(), "WEBP", lossless=True),
    "animated": encoded(colour(), "WEBP", save_all=True, append_images=[colour().rotate(9)]),
}
_OTHER = {
    "GIF": encoded(colour(), "GIF"),
    "animated": encoded(colour(), "GIF", save_all=True, append_images=[colour().rotate(9)]),
    "BMP": encoded(colour(), "BMP"),
    "TIFF": encoded(colour(), "TIFF"),
    "compressed": encoded(colour(), "TIFF", compression="tiff_lzw"),
    "in a JPEG": encoded(colour(), "TIFF", compression="jpeg"),
    "HEIC": encoded(colour(), "HEIF"),
    "AVIF": encoded(colour(), "AVIF"),
}
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\xff\0\0\0WEBPVP8L", b"")


def mutant(rng: random.Random) -> bytes:
    """Noise after a signature, or a good file with bytes, lengths or blocks changed. A tenth are WEBP."""
    if rng.random() < 0.1:
        return rng.choice(_MAGIC) + rng.randbytes(rng.randrange(2000))
    return _damaged(rng.choice(list((_WEBP if rng.random() < 0.1 else _COMMON).values())), rng)


def other_mutant(rng: random.Random) -> bytes:
    """A good GIF, BMP, TIFF, HEIC or AVIF file with bytes, lengths or blocks changed."""
    return _damaged(rng.choice(list(_OTHER.values())), rng)


def _damaged(good: bytes, rng: random.Random) -> bytes:
    content = bytearray(good)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        place = rng.randrange(max(1, min(len(content), 100 if rng.random() < 0.5 else len(content))))
        kind = rng.randrange(6)
        if kind == 0:
            content[place : place + 1] = bytes([rng.randrange(256)])
        elif kind == 1:
            content[place : place + 4] = rng.choice(
                (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\xff\xff")
            )
        elif kind == 2:
            content[place : place + 2] = rng.choice((b"\xff\xda", b"\xff\xd9", b"\xff\xff", b"\xff\xc2", b"\xff\xc4"))
        elif kind == 3:
            del content[place : place + rng.choice((1, 4, 50))]
        elif kind == 4:
            block = content[place : place + rng.choice((2, 12, 100))]
            content[place:place] = block * rng.choice((1, 2, 100))
        else:
            other = rng.randrange(max(1, len(content)))
            content[place : place + 20] = content[other : other + 20]
    return bytes(content[: rng.randrange(1 + len(content))] if rng.random() < 0.1 else content)
