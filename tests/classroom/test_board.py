from __future__ import annotations

import concurrent.futures
import threading

import numpy as np
import pytest

from siamese.classroom import board
from siamese.classroom.board import Board
from siamese.classroom.rounds import Quiz
from siamese.classroom.scoring import BREAK, TELEPHONE
from tests.classroom.ink import INK, TASK


@pytest.fixture
def clock(monkeypatch):
    """A clock that is moved by hand."""
    now = [100.0]
    monkeypatch.setattr(board.time, "monotonic", lambda: now[0])
    return now


def answer(store, person, places, right=True):
    round_id, _ = store.begin_round(person, Quiz("builtin", "Kannada"))
    for place in places:
        store.answer(person, round_id, place, 0, right, True, 1.0)


def test_the_board_shows_points_accuracy_and_breaks(store, ada, bob):
    answer(store, ada, range(4))
    answer(store, bob, range(2), right=False)
    store.keep_drawing(ada, BREAK, TASK, INK, "ga")
    store.name_drawing(bob, store.drawing_to_name(bob), TASK.answer, 1.0)
    snapshot = Board(store).snapshot()
    assert [(row.person.nickname, row.standing.points) for row in snapshot.rows] == [("Ada", 5), ("Bob", 1)]
    assert (snapshot.quiz.people.right, snapshot.quiz.people.trials, snapshot.quiz.network.right) == (4, 6, 4)
    assert snapshot.quiz.people.people == ((4, 4), (0, 2))
    assert snapshot.quiz.network.trials == 4  # two of the questions were the same
    (broken,) = snapshot.breaks
    assert (broken.nickname, broken.result.drawing.network, broken.result.right) == ("Ada", "ga", 1)
    assert broken.drawing.shape == (105, 105)
    assert 0 < np.count_nonzero(broken.drawing) < 2000
    assert snapshot.telephone is None
    assert snapshot.drawings == 1


def test_it_is_read_once_a_second_and_only_after_a_change(store, ada, clock, monkeypatch):
    reads = []
    shown, version, after = Board(store), store.version, store.after
    monkeypatch.setattr(store, "version", lambda: reads.append("version") or version())
    monkeypatch.setattr(store, "after", lambda *ids: reads.append(ids) or after(*ids))
    for _ in range(30):
        shown.snapshot()
    assert reads == ["version", (0, 0)]
    answer(store, ada, range(3))
    assert shown.snapshot().quiz is None  # less than a second old
    clock[0] += board.REFRESH_SECONDS
    assert shown.snapshot().quiz.people.trials == 3
    clock[0] += board.REFRESH_SECONDS
    shown.snapshot()
    assert reads == ["version", (0, 0), "version", (0, 0), "version"]
    answer(store, ada, [5])
    shown.changed()
    assert shown.snapshot().quiz.people.trials == 4
    assert reads[-1] == (store.after(0, 0)[0][2].id, 0)  # what is known is not read again


def test_those_who_watch_do_not_wait_for_a_slow_reading(store, ada, clock, monkeypatch):
    shown, reading, go_on = Board(store), threading.Event(), threading.Event()
    first = shown.snapshot()
    version = store.version
    clock[0] += board.REFRESH_SECONDS

    def slow():
        reading.set()
        assert go_on.wait(20)
        return version()

    monkeypatch.setattr(store, "version", slow)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        slow_one = pool.submit(shown.snapshot)
        assert reading.wait(20)
        assert shown.snapshot() is first
        go_on.set()
        slow_one.result()


def test_a_change_of_this_server_is_shown_at_once_while_another_thread_reads(store, ada, clock, monkeypatch):
    shown, reading, go_on = Board(store), threading.Event(), threading.Event()
    shown.snapshot()
    version = store.version
    clock[0] += board.REFRESH_SECONDS

    def slow():
        before = version()
        if not reading.is_set():
            reading.set()
            assert go_on.wait(20)
        return before

    monkeypatch.setattr(store, "version", slow)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        slow_one = pool.submit(shown.snapshot)
        assert reading.wait(20)
        answer(store, ada, [0])
        change = pool.submit(shown.changed)
        go_on.set()
        change.result(), slow_one.result()
        assert shown.snapshot().quiz.people.trials == 1


def test_a_hidden_nickname_is_nowhere_and_its_points_count_for_the_class(store, ada, bob):
    answer(store, ada, range(2))
    store.keep_drawing(ada, BREAK, TASK, INK, "")
    store.name_drawing(bob, store.drawing_to_name(bob), TASK.answer, 1.0)
    store.hide(ada.id)
    snapshot = Board(store).snapshot()
    assert [row.person.nickname for row in snapshot.rows] == ["Bob"]
    assert [person.nickname for person in snapshot.hidden] == ["Ada"]
    assert snapshot.breaks[0].nickname == ""
    assert snapshot.quiz.people.trials == 2


def test_a_reset_empties_it_and_forgotten_ink_leaves_the_break(store, ada, bob, clock):
    shown = Board(store)
    store.keep_drawing(ada, BREAK, TASK, INK, "")
    store.name_drawing(bob, store.drawing_to_name(bob), TASK.answer, 1.0)
    assert shown.snapshot().breaks[0].drawing is not None
    store.delete_ink()
    clock[0] += board.REFRESH_SECONDS
    assert shown.snapshot().breaks[0].drawing is None
    store.reset()
    answer(store, store.join("Eve"), [0])
    clock[0] += board.REFRESH_SECONDS
    snapshot = shown.snapshot()
    assert [row.person.nickname for row in snapshot.rows] == ["Eve"]
    assert (snapshot.breaks, snapshot.drawings, snapshot.quiz.people.trials) == ((), 0, 1)


def test_telephone_compares_people_with_the_network_on_their_own_drawings(store, ada, bob):
    for network in ("kha", "ga", ""):
        store.keep_drawing(ada, TELEPHONE, TASK, INK, network)
        store.name_drawing(bob, store.drawing_to_name(bob), TASK.answer, 1.0)
    comparison = Board(store).snapshot().telephone
    assert (comparison.people.right, comparison.network.right, comparison.people.trials) == (3, 1, 3)
