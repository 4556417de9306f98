from __future__ import annotations

import re

from siamese.figures import curve_file


def test_a_picture_file_has_every_scorer_by_its_label(tmp_path):
    rows = [
        {"scorer": key, "ways": n, "shots": 1, "trials": 10, "right": 5, "accuracy": 0.5, "low": 0.2, "high": 0.8}
        for key in ("network", "normalised", "chance")
        for n in (2, 3)
    ]
    curve_file.save(rows, "My title", [tmp_path / "curve.svg", tmp_path / "curve.png"])
    svg = (tmp_path / "curve.svg").read_text()
    comments = re.findall(r"<!-- (.+?) -->", svg)
    assert {"My title", "network", "nearest neighbour, normalised", "chance"} <= set(comments)
    assert "#0072b2" in svg, "the network's blue"
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
