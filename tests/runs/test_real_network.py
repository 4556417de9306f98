"""A run of the real trainer, with a tiny network."""

from __future__ import annotations

from siamese.network.matcher import Matcher
from siamese.runs import checkpoints, snapshots, worker
from tests.runs import fake
from tests.runs.helpers import requesting, step_records, work


def test_it_stops_continues_and_its_weights_answer(make):
    from siamese.network.trainer import Trainer

    run = make("tiny", columns=2, steps=8)
    assert work(run, requesting(run, "stop", Trainer))[0] == "stopped"
    assert work(run, worker.build)[0] == "finished"
    assert step_records(run) == list(range(1, 9))
    matcher = Matcher.load(checkpoints.weights_file(run))
    drawings = fake.drawn_sets()[1].drawings([0, 3, 6])
    assert matcher.match(drawings[0], drawings[:, None]).best == 0
    assert matcher.trained_on(fake.drawn_sets()[0].alphabets[0])
    assert snapshots.load(run.id, 6)["conv1.kernel"].shape == (10, 10, 1, 4)
