"""Every page runs through navigation.py without an error, while the network is loading and when it is ready."""

from __future__ import annotations

import pathlib
import re
import types

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from siamese.data import support
from siamese.ui import datasets, models
from siamese.ui.train import setup
from tests import networks

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted(page.relative_to(ROOT).as_posix() for page in (ROOT / "pages").glob("*.py"))
HOOK = [["M", 60, 80], ["Q", 160, 60, 240, 110], ["Q", 170, 170, 160, 250], ["L", 160, 251]]


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SIAMESE_HOME", str(tmp_path))
    monkeypatch.delenv("OMNIGLOT_DIR", raising=False)
    monkeypatch.setattr(setup, "speed", lambda data: None)  # which would train for some seconds


def run(page: str, **choices) -> AppTest:
    app = AppTest.from_file(str(ROOT / "navigation.py"), default_timeout=120)
    for name, value in choices.items():
        app.query_params[name] = value
    app.run()
    if page != "pages/home.py":
        app.switch_page(page)
        for name, value in choices.items():
            app.query_params[name] = value
        app.run()
    return app


def markup(app: AppTest) -> str:
    """All HTML of the page."""
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.fixture(scope="module")
def network_ready() -> None:
    assert models.load_shipped().wait(300)
    assert models.failure() == ""


def stroke(path: list) -> dict:
    return {
        "type": "Path",
        "path": path,
        "left": 60,
        "top": 60,
        "width": 180,
        "height": 191,
        "originX": "left",
        "originY": "top",
        "strokeWidth": 14,
    }


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_and_opens_with_its_sentence(page):
    app = run(page)
    assert [error.value for error in app.exception] == []
    assert len(app.title) == 1
    assert 'class="lead"' in markup(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_with_the_network_ready(page, network_ready):
    app = run(page)
    assert [error.value for error in app.exception] == []
    assert "not known whether seen" not in markup(app)


def test_a_run_of_a_page_leaves_keras_alone(network_ready):
    import keras

    before = keras.layers.ReLU().name
    run("pages/home.py")
    assert (
        keras.layers.ReLU().name != before
    )  # its counter continues: nothing was cleared while another thread may build a network


def test_the_start_page_answers_its_example(network_ready):
    app = run("pages/home.py")
    assert "LETTER" in markup(app)
    assert markup(app).count("tile right") == 2  # of the worked example, and of the first step
    assert 'That is <span class="right">right</span>.' in markup(app)


def test_recognise_answers_strokes_from_the_canvas(network_ready):
    app = run("pages/recognise.py", ways="6")
    assert "tile chosen" not in markup(app)
    app.session_state["recognise:canvas"] = {
        "drawing": {"raw": {"objects": [stroke(HOOK)]}, "data": None},
        "backgroundFit": None,
    }
    app.run()
    assert [error.value for error in app.exception] == []
    assert markup(app).count('<figure class="tile') == 3 + 6  # the best three, then all
    assert markup(app).count("tile chosen") == 2
    assert "the next best has" in markup(app) or "None of these" in markup(app)


def test_recognise_shows_the_ink_that_decided_when_it_is_asked_for(network_ready):
    app = run("pages/recognise.py", ways="6", why="1")
    assert "ink map" not in app.session_state
    app.button(key="recognise:sample").click().run()
    _, job = app.session_state["ink map"]
    assert job.wait(60)
    app.run()
    assert [error.value for error in app.exception] == []
    assert len(re.findall(r'aria-label="(Your drawing|The example): \d+% of its ink', markup(app))) == 2


def test_recognise_says_in_one_sentence_what_is_wrong_with_a_forged_canvas(network_ready):
    app = run("pages/recognise.py", ways="6")
    app.session_state["recognise:canvas"] = {
        "drawing": {"raw": {"objects": [{"type": "Path", "path": "evil"}]}, "data": None},
        "backgroundFit": None,
    }
    app.run()
    assert [error.value for error in app.exception] == []
    assert "clear it and draw again" in markup(app)


def test_a_sample_is_never_by_a_drawer_of_the_support_set(network_ready):
    app = run("pages/recognise.py", ways="5", shots="3", drawer="7")
    for _ in range(3):
        app.button(key="recognise:sample").click().run()
        words = app.session_state["recognise:paper"].given.words
        assert int(words.rsplit(" ", 1)[1]) not in (7, 8, 9)


NAMES = ("alphabet", "ways", "which", "seed", "shots", "drawer", "sorted")


def chosen(app: AppTest) -> list:
    return [app.session_state[f"recognise:{name}"] for name in NAMES]


@pytest.mark.parametrize("ways", ["ways", "n"])  # `n` in links of earlier versions
def test_a_link_sets_everything(ways):
    choices = {"alphabet": "Runic", ways: "9", "which": "shuffled", "seed": "12", "shots": "2", "drawer": "4"}
    app = run("pages/recognise.py", **choices, sorted="1")
    assert chosen(app) == ["Runic", 9, "shuffled", 12, 2, 4, True]


def test_what_a_link_must_not_say_is_ignored():
    nonsense = {"alphabet": "<script>", "ways": "1e9", "which": "x", "seed": "-1", "shots": "99", "drawer": "zwölf"}
    app = run("pages/recognise.py", **nonsense, sorted="maybe")
    assert [error.value for error in app.exception] == []
    assert chosen(app) == ["Kannada", 20, "first", 1, 1, 1, False]


def test_every_alphabet_can_be_shown_completely():
    app, characters = run("pages/recognise.py", ways="99"), datasets.loaded("builtin")
    for alphabet in characters.alphabets[::12]:
        app.selectbox(key="recognise:alphabet").set_value(alphabet.name).run()
        members = len(characters.members(alphabet.name))
        app.selectbox(key="recognise:ways").set_value(members).run()
        assert [error.value for error in app.exception] == []
        assert markup(app).count('<figure class="tile "') == members


def test_fewer_than_two_picked_characters_are_asked_for():
    app = run("pages/recognise.py", which="picked", picked="3")
    assert [error.value for error in app.exception] == []
    assert "Pick two or more characters" in markup(app)
    assert '<figure class="tile' not in markup(app)


def test_a_wrong_sample_is_marked_wrong_and_the_right_character_right(monkeypatch):
    class Wrong:
        """Answers with the first character, whatever is drawn."""

        def __init__(self):
            self.record = {"sha256": ""}

        def trained_on(self, alphabet):
            return False

        def twin_input(self, drawings):
            return drawings

        def embed_ahead(self, support):
            pass

        def match(self, drawing, support):
            logit = np.linspace(3, -3, len(support))
            similarity = 1 / (1 + np.exp(-logit))
            return types.SimpleNamespace(
                logit=logit, similarity=similarity, share=similarity / similarity.sum(), best=0, margin=0.1, none=False
            )

    def third(characters, chosen, rng):
        return chosen.characters[2], int(characters.rows(chosen.characters[2])[4])

    monkeypatch.setattr(models, "_shipped", networks.ready(Wrong()))
    monkeypatch.setattr(support, "sample_query", third)
    app = run("pages/recognise.py", ways="6")
    app.button(key="recognise:sample").click().run()
    assert [error.value for error in app.exception] == []
    assert '<span class="wrong">Wrong</span>: this is' in markup(app)
    tiles = [tile.split('"')[0].strip() for tile in markup(app).split('<figure class="tile')[1:]]
    assert tiles == ["wrong", "", "right", "wrong", "", "right", "", "", ""]  # the best three, then all six


def test_a_broken_weights_file_is_one_sentence(monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.failed("koch.safetensors is missing: fetch it again."))
    for page in ("pages/home.py", "pages/recognise.py", "pages/evaluate.py"):  # Train needs no network
        app = run(page)
        assert [error.value for error in app.exception] == []
        assert "koch.safetensors is missing" in markup(app) + "".join(error.value for error in app.error)
