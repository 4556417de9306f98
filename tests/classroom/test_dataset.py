from __future__ import annotations

import csv
import dataclasses
import io
import zipfile

import numpy as np
from PIL import Image

from siamese.classroom import dataset
from siamese.classroom.kept_drawings import KeptDrawing
from siamese.classroom.scoring import BREAK, TELEPHONE
from siamese.data import ink
from siamese.data.strokes import trace
from tests.classroom.ink import INK, TASK


def drawing(id_: int, person: int, answer: int = 1, alphabet: str = "Kannada") -> KeptDrawing:
    task = dataclasses.replace(TASK, answer=answer, alphabet=alphabet)
    return KeptDrawing(id_, person, TELEPHONE if id_ % 2 else BREAK, task, "=1+1", INK)


def unzipped(drawings) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(dataset.as_zip(drawings)))


def test_the_layout_is_omniglots():
    kept = [drawing(1, 7), drawing(2, 9), drawing(3, 7, answer=0), drawing(4, 7)]
    archive = unzipped(kept)
    names = ["Kannada/character01/0001_01", "Kannada/character01/0001_02", "Kannada/character02/0002_01"]
    names.append("Kannada/character01/0001_03")
    expected = {f"images/{name}.png" for name in names} | {f"strokes/{name}.txt" for name in names}
    assert set(archive.namelist()) == expected | {"drawings.csv"}
    rows = list(csv.DictReader(io.StringIO(archive.read("drawings.csv").decode())))
    assert [row["file"] for row in rows] == names
    assert [row["drawer"] for row in rows] == ["1", "2", "1", "1"]
    assert [row["character"] for row in rows] == ["kha", "kha", "ka", "kha"]
    assert {row["network"] for row in rows} == {"'=1+1"}  # no formula in a spreadsheet


def test_pictures_and_strokes_show_the_drawing():
    archive = unzipped([drawing(1, 7)])
    pixels = np.asarray(Image.open(io.BytesIO(archive.read("images/Kannada/character01/0001_01.png"))))
    assert pixels.shape == (105, 105)
    assert 0 < np.count_nonzero(~pixels) < 2000
    assert len(trace(~pixels).points) > 50
    lines = archive.read("strokes/Kannada/character01/0001_01.txt").decode().split("\n")
    assert lines[:2] == ["START", "20.0,-30.0,0"]
    assert lines.count("BREAK") == 2
    points = [[float(value) for value in line.split(",")[:2]] for line in lines if "," in line]
    assert np.array_equal(ink.draw_strokes([np.array(points[:3]) * (1, -1), np.array(points[3:]) * (1, -1)]), ~pixels)


def test_names_of_alphabets_are_safe_and_stay_apart():
    alphabets = ["../../etc", "a b", "a_b", "", "<script>", "CON", "\u0c95"]
    archive = unzipped([drawing(n, 1, alphabet=name) for n, name in enumerate(alphabets, 1)])
    folders = [name.split("/")[1] for name in archive.namelist() if name.startswith("images/")]
    assert folders == ["etc", "a_b", "a_b_3", "alphabet", "script", "CON", "\u0c95"]
