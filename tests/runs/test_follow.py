"""A curve read while it is written: no point twice, none lost, and forgotten where a resume cut it."""

from __future__ import annotations

import json

from siamese.runs import metrics
from siamese.runs.follow import Followed


def step(number: int) -> str:
    return json.dumps({"step": number, "loss": number / 10, "pair_accuracy": 0.5, "seconds": 0.1}) + "\n"


def test_it_reads_on_where_it_left_off(make):
    run = make()
    followed = Followed(run)
    with run.metrics.open("a") as file:
        file.write(step(1) + step(2)[:10])
        file.flush()
        followed.update()
        assert list(followed.steps()["step"]) == [1]
        file.write(
            step(2)[10:] + json.dumps({"step": 2, "validation": 0.4, "seconds": 1}) + "\n" + "not json\n" + step(3)
        )
    followed.update()
    followed.update()
    assert list(followed.steps()["step"]) == [1, 2, 3]
    assert list(followed.steps()["loss"]) == [0.1, 0.2, 0.3]
    assert [v["validation"] for v in followed.validations()] == [0.4]
    assert followed.length == 3


def test_a_cut_curve_is_read_anew(make):
    run = make()
    run.metrics.write_text("".join(map(step, range(1, 6))))
    followed = Followed(run)
    followed.update()
    metrics.cut(run, 2 * len(step(1)))
    followed.update()
    assert list(followed.steps()["step"]) == [1, 2]


def test_a_step_without_its_figures_is_passed_over(make):
    run = make()
    run.metrics.write_text(step(1) + '{"step": 2, "loss": "much", "seconds": 1}\n{"step": 3, "seconds": 1}\n')
    followed = Followed(run)
    followed.update()
    assert followed.length == 1
