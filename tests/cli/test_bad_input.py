"""Bad input of every command: one sentence on stderr, nothing on stdout, exit code 2."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rank", "nowhere.png", "nowhere.png"], "nowhere.png cannot be read"),
        (["recognise", "{query}", "--alphabet", "Elvish"], "no alphabet 'Elvish'"),
        (["recognise", "{query}", "--ways", "1"], "choose from 2 to"),
        (["recognise", "{query}", "--ways", "5000"], "choose from 2 to"),
        (["recognise", "{query}", "--shots", "21"], "choose from 1 to 20"),
        (["recognise", "{query}", "--seed", "-1"], "0 or more"),
        (["recognise", "{junk}"], "junk"),
        (["recognise", "{query}", "--ways", "many"], "many"),
        (["data", "import", "nowhere"], "does not exist"),
        (["evaluate", "lake", "--scorer", "chance"], "data download"),
        (["evaluate", "lake", "--scorer", "blurred"], "blurred"),
        (["evaluate", "across", "--scorer", "chance"], "data download"),
        (["evaluate", "curve", "--ways", "61"], "ways 61: choose from 2 to 60."),
        (["evaluate", "curve", "--shots", "6"], "shots 6: choose from 1 to 5."),
        (["evaluate", "curve", "--to", "."], "give a name"),
        (["evaluate", "lake", "--seed", "-1"], "seed -1: choose from 0"),
        (["evaluate", "sample", "--trials", "0"], "trials 0: choose from 1"),
        (["evaluate", "verification", "--trials", "1"], "at least 2 pairs"),
        (["evaluate", "sample", "--seed", "-1"], "seed -1: choose from 0"),
        (["evaluate", "sample", "--alphabets", "all"], "all"),
        (["export", "--to", "network.h5"], "end in .keras"),
        (["export", "--to", "network.keras", "--weights", "nowhere.safetensors"], "nowhere.json"),
        (["export", "--to", "."], "already exists"),
        (["export", "--to", "network.keras", "--weights", "."], "is a folder"),
        (["export"], "--to"),
        (["train"], "data download"),
        (["train", "--preset", "worst"], "worst"),
        (["conquer"], "conquer"),
        ([], "required"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(run, home, pictures, tmp_path, arguments, says):
    (tmp_path / "junk.png").write_bytes(b"junk")
    files = {"query": pictures["query"], "junk": tmp_path / "junk.png"}
    code, out, err = run(*[a.format(**files) for a in arguments])
    assert code == 2
    assert out == ""
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
