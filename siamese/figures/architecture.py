"""The network as a drawing: both twins, their shared weights, the L1 distance and the similarity; as SVG and PNG.

The drawing is made of rectangles, words and arrows that carry the name of their block, so that a page can let people
choose a block in the SVG.
"""

from __future__ import annotations

import dataclasses
import html
import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from siamese.figures.style import Palette, palette

if TYPE_CHECKING:
    from siamese.network.architecture import Block

WIDTH_PX, HEIGHT_PX = 1384, 430
SLOT_PX = 124
"""Width of the place of a block."""
ROWS_PX = (82, 348)
"""Centres of the twins of the first and the second drawing."""
MIDDLE_PX = 215
WORDS_PX = 172
"""Base line of the first of a block's four lines of words, between the twins."""
LINE_PX = 17
SHEET_OFFSET_PX = 5
TEXT_PX, TITLE_PX = 11, 12.5
MARGIN_PX = 10


@dataclasses.dataclass(frozen=True)
class Sheet:
    """A rectangle, in px."""

    block: str
    x: float
    y: float
    width: float
    height: float


@dataclasses.dataclass(frozen=True)
class Words:
    """A line of text on the base line y, centred at x or beginning there."""

    block: str
    x: float
    y: float
    text: str
    strong: bool = False
    begins: bool = False


@dataclasses.dataclass(frozen=True)
class Arrow:
    """A line with a point at its end."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclasses.dataclass(frozen=True)
class Drawing:
    """The parts of the drawing. slots: left edge in px of the place of each block, by name."""

    parts: tuple[Sheet | Words | Arrow, ...]
    slots: dict[str, float]


def lay_out(blocks: Sequence[Block], columns: int) -> Drawing:
    """The drawing of a network's blocks; feature maps are drawn as one sheet per column."""
    parts: list[Sheet | Words | Arrow] = []
    slots = {block.name: MARGIN_PX + SLOT_PX * place for place, block in enumerate(blocks)}
    ends: dict[float, float] = {}  # right edge of the block drawn last, by row
    for block in blocks:
        centre = slots[block.name] + SLOT_PX / 2
        for row in ROWS_PX if block.kind not in ("distance", "head") else (MIDDLE_PX,):
            sheets = _sheets(block, centre, row, columns)
            if block.kind == "distance":
                parts += [Arrow(ends[twin], twin, sheets[0].x - 4, _towards(twin, row)) for twin in ROWS_PX]
            elif row in ends:
                parts.append(Arrow(ends[row], row, sheets[0].x - 4, row))
            parts += sheets
            ends[row] = sheets[-1].x + sheets[-1].width + 4
        parts += _words(block, centre)
    for top, words in ((16, "First drawing"), (276, "Second drawing:"), (276 + LINE_PX, "the same twin")):
        parts.append(Words("", MARGIN_PX, top, words, strong=True, begins=True))
    return Drawing(tuple(parts), slots)


def svg(blocks: Sequence[Block], columns: int, dark: bool = False, chosen: str | None = None) -> str:
    """The drawing as SVG. With the name of a chosen block, each can be chosen by mouse and keyboard (`data-choice`)."""
    colours, drawing = palette(dark), lay_out(blocks, columns)
    groups = [
        f"<g{_choice(block, chosen)}>{_slot(drawing.slots[block.name])}"
        + " ".join(_mark(part, colours, block.name == chosen) for part in drawing.parts if _of(part) == block.name)
        + "</g>"
        for block in blocks
    ]
    rest = "".join(_mark(part, colours, False) for part in drawing.parts if not _of(part))
    role = 'role="img"' if chosen is None else 'role="group"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}" width="{WIDTH_PX}" '
        f'height="{HEIGHT_PX}" font-family="Inter, system-ui, sans-serif" {role} '
        f'aria-label="The network, block by block"><rect class="paper" width="100%" height="100%" '
        f'fill="{colours.paper}"/><g aria-hidden="true">{rest}</g>{"".join(groups)}</svg>'
    )


def save(blocks: Sequence[Block], columns: int, files: Sequence[pathlib.Path]) -> None:
    """Write the drawing, as SVG or as PNG according to the name of each file. Raises OSError."""
    for file in files:
        if file.suffix == ".svg":
            file.write_text(svg(blocks, columns) + "\n", encoding="utf-8")
        else:
            _save_png(blocks, columns, file)


def _choice(block: Block, chosen: str | None) -> str:
    """Attributes of a block that can be chosen. Its name is what is seen, as voice control needs it."""
    if chosen is None:
        return ""
    label = html.escape(" ".join(words.text for words in _words(block, 0)))
    pressed = str(block.name == chosen).lower()
    return f' data-choice="{block.name}" role="button" tabindex="0" aria-pressed="{pressed}" aria-label="{label}"'


def _slot(left: float) -> str:
    size = f'width="{SLOT_PX}" height="{HEIGHT_PX - 4}"'
    return f'<rect class="slot" x="{left}" y="2" {size} rx="4" fill="transparent"/>'


def _save_png(blocks: Sequence[Block], columns: int, file: pathlib.Path) -> None:
    import matplotlib.figure
    from matplotlib.patches import FancyArrowPatch, Rectangle

    colours = palette(False)
    figure = matplotlib.figure.Figure(figsize=(WIDTH_PX / 100, HEIGHT_PX / 100), facecolor=colours.paper)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH_PX), ylim=(HEIGHT_PX, 0))
    axes.axis("off")
    for order, part in enumerate(lay_out(blocks, columns).parts):
        if isinstance(part, Sheet):
            corner, line = (part.x, part.y), {"facecolor": colours.paper, "edgecolor": colours.ink}
            axes.add_patch(Rectangle(corner, part.width, part.height, linewidth=0.8, zorder=order, **line))
        elif isinstance(part, Words):
            size = 0.72 * (TITLE_PX if part.strong else TEXT_PX)  # points, at 100 px to an inch
            color, weight = (colours.ink, "bold") if part.strong else (colours.muted, "normal")
            align = "left" if part.begins else "center"
            axes.text(part.x, part.y, part.text, size=size, color=color, weight=weight, ha=align, zorder=order)
        else:
            ends = ((part.x1, part.y1), (part.x2, part.y2))
            arrow = {"arrowstyle": "-|>", "mutation_scale": 7, "color": colours.muted, "shrinkA": 0, "shrinkB": 0}
            axes.add_patch(FancyArrowPatch(*ends, linewidth=0.8, zorder=order, **arrow))
    figure.savefig(file, dpi=200)


def _sheets(block: Block, centre: float, row: float, columns: int) -> list[Sheet]:
    """The rectangles of a block, the one at the back first."""
    if len(block.shape) < 3:
        width, height = (26, 26) if block.kind == "head" else (16, 110)
        return [Sheet(block.name, centre - width / 2, row - height / 2, width, height)]
    side = 18 + 0.62 * block.shape[0]
    count = columns if block.kind != "drawing" else 1
    spread = SHEET_OFFSET_PX * (count - 1)
    left, top = centre - (side + spread) / 2, row - (side + spread) / 2
    offsets = [SHEET_OFFSET_PX * i for i in range(count)]
    return [Sheet(block.name, left + offset, top + offset, side, side) for offset in offsets]


def _towards(twin: float, row: float) -> float:
    """Where on the distance the arrow from a twin ends."""
    return row + (-35 if twin < row else 35)


def _words(block: Block, centre: float) -> list[Words]:
    """The four lines of a block: below it where there is one of it, else between the twins."""
    top = MIDDLE_PX + 80 if block.kind in ("distance", "head") else WORDS_PX + 10
    count = f"{block.parameters:,} parameters" if block.parameters else ""
    lines = [block.title, block.note, block.size if block.shape != (1,) else "1 number", count]
    return [
        Words(block.name, centre, top + LINE_PX * place, line, place == 0) for place, line in enumerate(lines) if line
    ]


def _of(part: Sheet | Words | Arrow) -> str:
    return "" if isinstance(part, Arrow) else part.block


def _mark(part: Sheet | Words | Arrow, colours: Palette, chosen: bool) -> str:
    """SVG of one part."""
    if isinstance(part, Sheet):
        edge, width = (colours.network, 2) if chosen else (colours.ink, 1)
        return (
            f'<rect x="{part.x:.1f}" y="{part.y:.1f}" width="{part.width:.1f}" height="{part.height:.1f}" rx="2" '
            f'fill="{colours.paper}" stroke="{edge}" stroke-width="{width}"/>'
        )
    if isinstance(part, Words):
        size, weight = (TITLE_PX, 600) if part.strong else (TEXT_PX, 400)
        color = colours.network if chosen and part.strong else colours.ink if part.strong else colours.muted
        return (
            f'<text x="{part.x:.1f}" y="{part.y:.1f}" font-size="{size}" font-weight="{weight}" fill="{color}" '
            f'text-anchor="{"start" if part.begins else "middle"}">{html.escape(part.text)}</text>'
        )
    return _arrow(part, colours.muted)


def _arrow(arrow: Arrow, color: str) -> str:
    length = ((arrow.x2 - arrow.x1) ** 2 + (arrow.y2 - arrow.y1) ** 2) ** 0.5 or 1.0
    along = ((arrow.x2 - arrow.x1) / length, (arrow.y2 - arrow.y1) / length)
    base = (arrow.x2 - 6 * along[0], arrow.y2 - 6 * along[1])
    wings = [(base[0] - side * along[1], base[1] + side * along[0]) for side in (3, -3)]
    head = " ".join(f"{x:.1f},{y:.1f}" for x, y in ((arrow.x2, arrow.y2), *wings))
    return (
        f'<line x1="{arrow.x1:.1f}" y1="{arrow.y1:.1f}" x2="{base[0]:.1f}" y2="{base[1]:.1f}" stroke="{color}"/>'
        f'<polygon points="{head}" fill="{color}"/>'
    )
