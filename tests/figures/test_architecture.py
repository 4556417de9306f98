"""The drawing of the network: every block in both twins, chosen by mouse or keyboard, each in its place."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from siamese import paths
from siamese.config import TwinConfig
from siamese.figures import architecture
from siamese.figures.architecture import HEIGHT_PX, WIDTH_PX, Sheet, Words
from siamese.network.architecture import blocks

KOCH = blocks(TwinConfig(), 4)
NAMES = [block.name for block in KOCH]


@pytest.mark.parametrize("dark", [False, True])
def test_every_block_can_be_chosen_and_the_chosen_one_is_marked(dark):
    drawing = architecture.svg(KOCH, 4, dark, chosen="conv2")
    ElementTree.fromstring(drawing)
    assert re.findall(r'data-choice="(\w+)" role="button" tabindex="0"', drawing) == NAMES
    assert re.findall(r'data-choice="(\w+)"[^>]*aria-pressed="true"', drawing) == ["conv2"]
    assert 'aria-label="Convolution 2 7 × 7, ReLU 42 × 42 × 128 401,536 parameters"' in drawing


def test_a_picture_in_a_file_has_nothing_to_choose(tmp_path):
    architecture.save(KOCH, 4, [tmp_path / "network.svg"])
    drawing = (tmp_path / "network.svg").read_text(encoding="utf-8")
    assert "button" not in drawing
    assert drawing == (paths.ASSETS / "network.svg").read_text(encoding="utf-8")  # the one in the README


def test_both_twins_are_drawn_with_one_sheet_for_each_column():
    sheets = [part.block for part in architecture.lay_out(KOCH, 4).parts if isinstance(part, Sheet)]
    assert {name: sheets.count(name) for name in NAMES} == {
        name: {"drawing": 2, "embedding": 2, "distance": 1, "similarity": 1}.get(name, 8) for name in NAMES
    }


@pytest.mark.parametrize("columns", [1, 4, 8])
def test_everything_is_within_the_drawing_and_each_block_in_its_place(columns):
    drawing = architecture.lay_out(blocks(TwinConfig(), columns), columns)
    for part in drawing.parts:
        if isinstance(part, Sheet):
            left = drawing.slots[part.block]
            assert left <= part.x
            assert part.x + part.width <= left + architecture.SLOT_PX
            assert part.y >= 0
            assert part.y + part.height <= HEIGHT_PX
        elif isinstance(part, Words):
            assert 0 < part.x < WIDTH_PX
            assert 0 < part.y < HEIGHT_PX
