"""The simulation of a lesson's beginning: its queues, and the number of replicas that it finds."""

from __future__ import annotations

import dataclasses

import pytest

from tools.simulate_arrivals import Costs, Lesson, needed, simulate

COSTS = Costs(open_seconds=0.2, act_seconds=0.05, write_seconds=0.001, open_bytes=1e6, act_bytes=1e4)


def test_a_student_alone_waits_for_nobody():
    figures = simulate(Lesson(1), 1, COSTS)
    assert figures["complete page, s"] == {"p50": 0.2, "p95": 0.2}
    assert figures["drawing to answer, s"] == {"p50": 0.05, "p95": 0.05}
    assert figures["at its limit"] == []


def test_students_who_come_at_the_same_moment_are_served_one_after_another():
    figures = simulate(Lesson(100, arrival_seconds=0.01, think_seconds=1e3), 2, COSTS)
    assert figures["complete page, s"]["p50"] == pytest.approx(50 * 0.2 / 2, abs=0.2)  # half of 50 on each replica
    assert figures["complete page, s"]["p95"] == pytest.approx(0.95 * 50 * 0.2, abs=0.2)


def test_loads_are_those_of_the_actions():
    figures = simulate(Lesson(100, think_seconds=10), 1, COSTS)
    assert figures["load of a replica, %"] == 50  # 10 actions in a second, 0.05 s each
    assert (figures["writes per second"], figures["load of the database, %"]) == (10, 1)
    assert figures["network afterwards, Mbit/s"] == 1
    assert simulate(Lesson(100, writes=0.0), 1, COSTS)["writes per second"] == 0


def test_more_replicas_do_not_make_the_wait_for_the_database_shorter():
    slow = dataclasses.replace(COSTS, write_seconds=0.05)
    figures = needed(Lesson(1_000), slow)
    assert figures["at its limit"] == ["database"]
    assert figures["drawing to answer, s"]["p95"] > 1
    assert figures["replicas"] == needed(Lesson(1_000), COSTS)["replicas"]


@pytest.mark.parametrize("arrival", [5.0, 60.0])
def test_the_smallest_number_of_replicas_reaches_the_goals_and_one_less_does_not(arrival):
    lesson = Lesson(400, arrival_seconds=arrival, writes=0.0)
    figures = needed(lesson, COSTS)
    assert figures["drawing to answer, s"]["p95"] <= 1
    assert figures["complete page, s"]["p95"] <= 5
    fewer = simulate(lesson, figures["replicas"] - 1, COSTS)
    assert fewer["drawing to answer, s"]["p95"] > 1 or fewer["complete page, s"]["p95"] > 5


def test_the_same_seed_gives_the_same_figures():
    assert simulate(Lesson(50), 2, COSTS) == simulate(Lesson(50), 2, COSTS)
    assert simulate(Lesson(50, seed=2), 2, COSTS) != simulate(Lesson(50), 2, COSTS)
