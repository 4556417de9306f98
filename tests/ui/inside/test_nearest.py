"""The most similar drawings: the work that embeds them, what is kept of it, and what is shown."""

from __future__ import annotations

import re
import types

import numpy as np
import pytest

from siamese.data.support import Support
from siamese.evaluation.probability import sigmoid
from siamese.network import stored_embeddings
from siamese.ui import cards, datasets, models
from siamese.ui.draw import paper
from siamese.ui.draw.paper import Given
from siamese.ui.inside import nearest
from siamese.ui.inside.nearest import nearest_ui
from tests import networks
from tests.apps import buttons, markup, part_of, press
from tests.threads import Slow, at_once
from tests.ui.inside.test_alphabet_map import Moments


class Network(Moments):
    """With what a page asks of a network."""

    def embeddings(self, drawings):
        return self.prepare(drawings)


@pytest.fixture(autouse=True)
def shown(home, monkeypatch, scribbles) -> dict:
    """What is on the paper; scribbles are searched by a network that knows where the ink is."""
    now: dict = {"drawing": None, "given": None}
    monkeypatch.setattr(paper, "paper_ui", lambda *given: (now["drawing"], now["given"]))
    monkeypatch.setattr(datasets, "character_set", lambda key: scribbles)
    monkeypatch.setattr(models, "_shipped", networks.ready(Network()))
    monkeypatch.setattr(nearest, "_jobs", {})
    monkeypatch.setattr(nearest, "_kept", {})
    return now


def search(scribbles):
    return part_of(nearest_ui, "", scribbles, Support((0,), np.zeros((1, 0), int), ()))


def test_drawings_are_embedded_when_somebody_asks(scribbles, shown):
    app = search(scribbles)
    assert "To search all 120 drawings at once, the network has to embed them first." in markup(app)
    assert buttons(app) == {"Embed all drawings": True}
    press(app, "Embed all drawings")
    (job,) = nearest._jobs.values()
    assert job.wait(30)
    app.run()
    assert "Draw anything, or press Sample: the most similar drawings of all alphabets appear here." in markup(app)
    shown["given"] = Given("The <picture> is empty.")
    assert "The &lt;picture&gt; is empty." in markup(search(scribbles))


def test_the_room_on_the_disk_is_named():
    network = types.SimpleNamespace(record={"sha256": "s"}, head_weights=np.zeros(4096))

    class Many:
        digest = "many"

        def __len__(self):
            return 32_460

    app = part_of(nearest._prepare_ui, network, Many())
    assert "search all 32,460 drawings at once" in markup(app)
    assert "266\N{NO-BREAK SPACE}MB on the server's disk" in markup(app)


def test_a_running_job_can_be_stopped_and_a_failed_one_says_why(scribbles, monkeypatch):
    job = networks.loading()
    monkeypatch.setattr(nearest, "_job", lambda matcher, characters: job)
    monkeypatch.setattr(datasets, "progress_ui", lambda job, words: nearest.st.caption(words))
    app = search(scribbles)
    assert app.caption[0].value == "Embedding 120 drawings"
    assert buttons(app) == {"Stop": True}
    press(app, "Stop")
    assert job._stop.is_set()
    monkeypatch.setattr(nearest, "_job", lambda matcher, characters: networks.failed("The disk is <full>."))
    app = search(scribbles)
    assert app.error[0].value == "The disk is \\<full\\>."
    assert buttons(app) == {"Embed all drawings": True}


def test_the_work_is_one_for_all_visitors_of_the_same_network_and_drawings(scribbles):
    job = nearest._job(Network(), scribbles)
    assert nearest._job(Network(), scribbles) is job
    assert nearest._job(Network(), scribbles.subset(["Alphabet 0"])) is not job
    other = Network()
    other.record = {"sha256": "other"}
    assert nearest._job(other, scribbles) is not job
    assert job.progress == (0, 120)
    job.value = 60
    assert job.progress == (60, 120)


def test_visitors_who_ask_at_once_share_one_job(scribbles, monkeypatch):
    monkeypatch.setattr(nearest, "Job", Slow(nearest.Job))
    at_once(lambda: nearest._job(Network(), scribbles))
    assert nearest.Job.calls == 1


@pytest.fixture
def places(monkeypatch, tmp_path) -> list[str]:
    """Character sets by their names have a folder each; which of them were read from the disk."""
    read: list[str] = []
    monkeypatch.setattr(stored_embeddings, "folder", lambda weights, characters: tmp_path / characters)
    monkeypatch.setattr(
        stored_embeddings, "load", Slow(lambda weights, characters: read.append(characters) or object())
    )
    for name in "abc":
        (tmp_path / name).mkdir()
    return read


def test_the_embeddings_of_two_sets_stay_in_memory(places):
    for name in "abacab":
        nearest._stored("s", name)
    assert places == ["a", "b", "c", "b"]
    assert nearest._stored("s", "gone") is None
    assert len(nearest._kept) == 2


def test_visitors_who_search_at_once_read_the_disk_once(places):
    at_once(lambda: nearest._stored("s", "a"))
    assert places == ["a"]


def test_the_most_similar_drawings_are_shown_with_their_alphabets(scribbles, shown):
    job = nearest._job(Network(), scribbles).start()
    assert job.wait(30)
    shown["drawing"] = scribbles.drawings([17])[0]
    page = markup(search(scribbles))
    stored = nearest._stored("moments", scribbles)
    rows, logits = stored.nearest(Network(), Network().embeddings(shown["drawing"][None])[0], 24)
    assert rows[0] == 17
    assert "The 24 most similar of 120 drawings, by their similarity to yours." in page
    urls = re.findall(r"background-image:url\((.*?)\)", page)
    assert urls == [cards.picture_url(drawing) for drawing in scribbles.drawings(rows)]
    character = scribbles.characters[scribbles.character_of[17]]
    name, similarity = cards.character_name(character), cards.number(float(sigmoid(logits[0])))
    assert f'title="{name}, {character.alphabet}, person {scribbles.drawer_of[17]}: similarity {similarity}"' in page


def test_without_a_network_nothing_can_be_searched(scribbles, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    assert "The network is loading" in markup(search(scribbles))


def test_own_alphabets_are_searched_where_samples_are_taken_from_them(scribbles):
    app = search(scribbles)
    control = app.segmented_control(key="inside:search")
    assert (control.label, control.options, control.value) == ("Search in", ["Built-in"], "builtin")
    assert control.proto.required
