"""Every page runs through app.py without an error, before the network is awake and after; recognise answers a drawing."""

from __future__ import annotations

import pathlib

import pytest
from streamlit.testing.v1 import AppTest

from siamese.ui import resources

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted(page.relative_to(ROOT).as_posix() for page in (ROOT / "pages").glob("*.py"))
HOOK = [["M", 60, 80], ["Q", 160, 60, 240, 110], ["Q", 170, 170, 160, 250], ["L", 160, 251]]


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SIAMESE_HOME", str(tmp_path))
    monkeypatch.delenv("OMNIGLOT_DIR", raising=False)
    monkeypatch.setattr(resources, "pace", lambda preset, data: None)  # which would train for some seconds


def run(page: str, **choices) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
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
def awake() -> None:
    assert resources.wake().done.wait(300)
    assert resources.network().failure == ""


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
def test_a_page_runs_with_the_network_awake(page, awake):
    app = run(page)
    assert [error.value for error in app.exception] == []
    assert "waking up" not in markup(app)


def test_a_run_of_a_page_leaves_keras_alone(awake):
    import keras

    before = keras.layers.ReLU().name
    run("pages/home.py")
    assert keras.layers.ReLU().name != before  # its counter goes on: nothing was cleared under a thread that builds


def test_the_start_page_answers_its_trial(awake):
    app = run("pages/home.py")
    assert "LETTER" in markup(app)
    assert markup(app).count("tile best") == 1


def test_recognise_answers_strokes_from_the_canvas(awake):
    app = run("pages/recognise.py", n="6")
    assert "tile best" not in markup(app)
    app.session_state["recognise:canvas"] = {
        "drawing": {"raw": {"objects": [stroke(HOOK)]}, "data": None},
        "backgroundFit": None,
    }
    app.run()
    assert [error.value for error in app.exception] == []
    assert markup(app).count('<figure class="tile') == 6
    assert markup(app).count("tile best") == 1
    assert "the next best is" in markup(app) or "None of these" in markup(app)


def test_recognise_says_in_one_sentence_what_is_wrong_with_a_forged_canvas(awake):
    app = run("pages/recognise.py", n="6")
    app.session_state["recognise:canvas"] = {
        "drawing": {"raw": {"objects": [{"type": "Path", "path": "evil"}]}, "data": None},
        "backgroundFit": None,
    }
    app.run()
    assert [error.value for error in app.exception] == []
    assert "clear it and draw again" in markup(app)


def test_a_sample_is_never_by_a_drawer_of_the_support_set(awake):
    app = run("pages/recognise.py", n="5", shots="3", drawer="7")
    for _ in range(3):
        next(button for button in app.button if button.label == "Use a sample drawing").click().run()
        words = app.session_state["given"].words
        assert int(words.rsplit(" ", 1)[1]) not in (7, 8, 9)


def test_a_link_sets_everything_and_nonsense_is_dropped():
    app = run(
        "pages/recognise.py", alphabet="Runic", n="9", which="shuffled", seed="12", shots="2", drawer="4", sorted="1"
    )
    assert [app.session_state[name] for name in ("alphabet", "n", "which", "seed", "shots", "drawer", "sorted")] == [
        "Runic",
        9,
        "shuffled",
        12,
        2,
        4,
        True,
    ]
    app = run(
        "pages/recognise.py",
        alphabet="<script>",
        n="1e9",
        which="x",
        seed="-1",
        shots="99",
        drawer="zwölf",
        sorted="maybe",
    )
    assert [error.value for error in app.exception] == []
    assert [app.session_state[name] for name in ("alphabet", "n", "which", "seed", "shots", "drawer", "sorted")] == [
        "Kannada",
        20,
        "first",
        1,
        1,
        1,
        False,
    ]


def test_every_alphabet_can_be_shown_whole():
    app, characters = run("pages/recognise.py", n="99"), resources.character_set("builtin")
    for alphabet in characters.alphabets[::12]:
        app.selectbox(key="alphabet").set_value(alphabet.name).run()
        app.slider(key="n").set_value(int(app.slider(key="n").max)).run()
        assert [error.value for error in app.exception] == []
        assert markup(app).count('<figure class="tile') == len(characters.members(alphabet.name))


def test_a_broken_weights_file_is_one_sentence(monkeypatch):
    monkeypatch.setattr(
        resources,
        "_network",
        resources.Network(failure="The network cannot be used: koch.safetensors is missing; fetch it again."),
    )
    resources._network.done.set()
    for page in PAGES:
        app = run(page)
        assert [error.value for error in app.exception] == []
        assert "koch.safetensors is missing" in markup(app) + "".join(error.value for error in app.error)
