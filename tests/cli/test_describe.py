"""The command `describe`: figures of the network, and its drawing."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

from PIL import Image


def test_it_prints_layers_shapes_and_parameters(run):
    code, out, _ = run("describe")
    assert code == 0
    lines = out.splitlines()
    assert [line.split("  ")[0] for line in lines[1:4]] == ["Drawing", "Convolution 1", "Max-pooling 1"]
    assert "96 × 96 × 64       6,464      6,464       10 × 10 px" in out
    assert "Parameters: 38,951,745" in lines
    assert "Trained: 9,749,313. The network is 4 columns side by side; weights between columns are zero." in lines


def test_it_writes_the_drawing_as_svg_and_png(run, tmp_path):
    code, out, _ = run("describe", "--to", tmp_path / "network", "--json")
    result = json.loads(out)
    assert code == 0
    assert result["files"] == [str(tmp_path / "network.svg"), str(tmp_path / "network.png")]
    assert result["blocks"][1]["shape"] == [96, 96, 64]
    assert ElementTree.parse(tmp_path / "network.svg").getroot().tag.endswith("svg")
    with Image.open(tmp_path / "network.png") as picture:
        assert picture.size == (2768, 860)


def test_a_folder_that_is_missing_is_one_sentence(run, tmp_path):
    code, _, err = run("describe", "--to", tmp_path / "missing" / "network")
    assert code == 2
    assert err.count("\n") == 1
    assert "in a folder that exists" in err


def test_weights_that_are_missing_are_one_sentence(run, tmp_path):
    code, _, err = run("describe", "--weights", tmp_path / "none.safetensors")
    assert code == 2
    assert err.count("\n") == 1
