"""The job around the real trainer, with a tiny network."""

from __future__ import annotations

from siamese.network.matcher import Matcher
from siamese.runs import checkpoints, metrics, record, trains
from tests.runs import fake
from tests.runs.test_worker import flagging, work


def test_it_stops_goes_on_and_its_weights_answer(make):
    from siamese.network.trainer import Trainer

    run = make("tiny", steps=8)
    assert work(run, flagging(run, record.STOP, Trainer))[0] == "stopped"
    assert work(run, trains.build)[0] == "finished"
    assert [r["step"] for r in metrics.read(run).records if "loss" in r] == list(range(1, 9))
    matcher = Matcher.load(checkpoints.weights_file(run))
    drawings = fake.drawn_sets()[1].drawings([0, 3, 6])
    assert matcher.match(drawings[0], drawings[:, None]).best == 0
    assert matcher.trained_on(fake.drawn_sets()[0].alphabets[0])
    assert record.snapshot(run, 6)["conv1.kernel"].shape == (10, 10, 1, 4)
