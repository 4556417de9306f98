"""The store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import concurrent.futures
import dataclasses

import pytest

from siamese.classroom import database, kept_drawings
from siamese.classroom.database import StoreError
from siamese.classroom.nicknames import NicknameError
from siamese.classroom.rounds import Quiz
from siamese.classroom.scoring import BREAK, QUIZ, TELEPHONE
from siamese.classroom.store import KEEP_INK, MAX_SETTING_CHARACTERS, Person, Store
from siamese.data.ink import InkError
from tests.classroom.ink import INK, TASK
from tests.hostile.payloads import PAYLOADS

QUIZ_SETUP = Quiz("builtin", "Kannada")


def test_a_person_is_known_by_their_token_also_after_a_restart(store, ada):
    again = Store()
    assert again.person(ada.token) == ada
    assert again.person("no such token") is None
    again.close()
    assert [person.nickname for person in store.people()] == ["Ada"]
    assert store.people()[0].token == ""


@pytest.mark.parametrize("nickname", ["Ada", "ADA", " ada "])
def test_a_nickname_is_taken_once(store, ada, nickname):
    with pytest.raises(StoreError, match="Somebody in the class has this nickname"):
        store.join(nickname)
    assert store.join(nickname, ada.token).id == ada.id


def test_a_nickname_is_changed_with_the_same_token_and_shown_again(store, ada):
    store.hide(ada.id)
    assert store.person(ada.token).hidden
    renamed = store.join("Countess", ada.token)
    assert store.person(ada.token) == renamed == Person(ada.id, "Countess", ada.token)
    assert store.join("Ada").id != ada.id


def test_a_nickname_that_cannot_be_shown_is_refused(store):
    with pytest.raises(NicknameError):
        store.join("\u202eadA")
    assert store.people() == []


def test_payloads_come_back_as_they_were(store):
    kept = []
    for payload in PAYLOADS:
        try:
            kept.append(store.join(payload[:24]).nickname)
        except (NicknameError, StoreError):  # two payloads begin with the same characters
            continue
    assert len(kept) > 60
    assert [person.nickname for person in store.people()] == kept


def test_a_round_is_begun_once_and_continued(store, ada, bob):
    round_id, answered = store.begin_round(ada, QUIZ_SETUP)
    assert answered == {}
    store.answer(ada, round_id, 0, 3, True, False, 2.5)
    store.answer(ada, round_id, 1, -1, False, True, 20.0)
    again, answered = store.begin_round(ada, QUIZ_SETUP)
    assert again == round_id
    assert {place: (a.right, a.network_right, a.seconds) for place, a in answered.items()} == {
        0: (True, False, 2.5),
        1: (False, True, 20.0),
    }
    assert store.begin_round(bob, QUIZ_SETUP)[0] != round_id
    assert store.begin_round(ada, dataclasses.replace(QUIZ_SETUP, seed=2))[0] != round_id


def test_the_first_answer_counts(store, ada):
    round_id, _ = store.begin_round(ada, QUIZ_SETUP)
    store.answer(ada, round_id, 0, 3, False, False, 2.5)
    store.answer(ada, round_id, 0, 4, True, False, 1.0)
    answers, _ = store.after(0, 0)
    assert [(a.right, a.activity, a.standard, a.drawing) for a in answers] == [(False, QUIZ, True, None)]


def test_answers_say_whether_they_count_for_the_class(store, ada):
    round_id, _ = store.begin_round(ada, dataclasses.replace(QUIZ_SETUP, ways=10))
    store.answer(ada, round_id, 0, 3, True, False, 2.5)
    assert not store.after(0, 0)[0][0].standard


def test_a_drawing_is_named_by_classmates_only_and_once_each(store, ada, bob):
    cy = store.join("Cy")
    first = store.keep_drawing(ada, TELEPHONE, TASK, INK, "kha")
    second = store.keep_drawing(ada, TELEPHONE, TASK, INK, "ka")
    assert store.drawing_to_name(ada) is None
    drawing = store.drawing_to_name(bob)
    assert (drawing.id, drawing.task, drawing.strokes) == (first, TASK, INK)
    assert store.name_drawing(bob, drawing, 1, 4.0)
    assert store.name_drawing(bob, drawing, 1, 4.0)  # sent again
    assert store.drawing_to_name(cy).id == second  # which fewer have named
    assert not store.name_drawing(bob, store.drawing_to_name(bob), 2, 4.0)
    assert store.drawing_to_name(bob) is None
    answers, drawings = store.after(0, 0)
    assert [(a.drawing, a.right, a.network_right) for a in answers] == [(first, True, True), (second, False, False)]
    assert [(d.id, d.character, d.network, d.network_right) for d in drawings] == [
        (first, "kha", "kha", True),
        (second, "kha", "ka", False),
    ]
    assert store.after(answers[0].id, first) == (answers[1:], drawings[1:])


def test_in_break_it_only_what_the_network_misnamed_is_named(store, ada, bob):
    store.keep_drawing(ada, BREAK, TASK, INK, "kha")
    assert store.drawing_to_name(bob) is None
    none_of_these = store.keep_drawing(ada, BREAK, TASK, INK, "")
    assert store.drawing_to_name(bob).id == none_of_these


@pytest.mark.parametrize("ink", ["", "[]", "[[1,2]]", '[[["x",2]]]', "[[[1,2,3]]]", "[[[1e9,0]]]", "[[[NaN,0]]]", "{"])
def test_ink_that_is_not_ink_is_refused(store, ada, ink):
    with pytest.raises(InkError):
        store.keep_drawing(ada, TELEPHONE, TASK, ink, "")
    assert store.drawings() == []


def test_drawings_have_a_limit_for_each_person(store, ada, bob, monkeypatch):
    monkeypatch.setattr(kept_drawings, "MAX_DRAWINGS_PER_PERSON", 2)
    for _ in range(2):
        store.keep_drawing(ada, TELEPHONE, TASK, INK, "")
    with pytest.raises(StoreError, match="2 drawings"):
        store.keep_drawing(ada, TELEPHONE, TASK, INK, "")
    store.keep_drawing(bob, TELEPHONE, TASK, INK, "")


def test_forgetting_deletes_the_ink_and_leaves_the_results(store, ada, bob):
    id_ = store.keep_drawing(ada, BREAK, TASK, INK, "")
    store.name_drawing(bob, store.drawing_to_name(bob), 1, 1.0)
    assert store.forget_old_ink() == 0  # the lesson is not over
    assert store.ink([id_, 99]) == {id_: INK}
    store.set(**{KEEP_INK: "1"})
    assert store.forget_old_ink(0.0) == 0  # the teacher keeps them
    store.set(**{KEEP_INK: ""})
    before = store.version()
    assert store.forget_old_ink(0.0) == 1
    assert store.version() != before
    assert store.drawings() == []
    assert store.ink([id_]) == {}
    answers, drawings = store.after(0, 0)
    assert (len(answers), len(drawings)) == (1, 1)
    before = store.version()
    assert store.forget_old_ink(0.0) == 0
    assert store.version() == before


def test_one_click_deletes_all_ink(store, ada):
    store.keep_drawing(ada, TELEPHONE, TASK, INK, "")
    store.set(**{KEEP_INK: "1"})
    assert store.delete_ink() == 1
    assert store.drawings() == []


def test_a_reset_deletes_people_and_results_but_not_the_settings(store, ada, bob):
    round_id, _ = store.begin_round(ada, QUIZ_SETUP)
    store.answer(ada, round_id, 0, 3, True, False, 2.5)
    drawing = store.keep_drawing(ada, TELEPHONE, TASK, INK, "")
    named = store.drawing_to_name(bob)
    store.set(locked="1")
    before = store.version()
    store.reset()
    assert store.people() == []
    assert store.after(0, 0) == ([], [])
    assert store.settings() == {"locked": "1"}
    assert store.version().resets == before.resets + 1
    for late in (
        lambda: store.answer(ada, round_id, 1, 3, True, False, 2.5),
        lambda: store.begin_round(ada, QUIZ_SETUP),
        lambda: store.keep_drawing(ada, TELEPHONE, TASK, INK, ""),
        lambda: store.name_drawing(bob, named, 1, 1.0),
    ):
        with pytest.raises(StoreError, match="deleted the results"):
            late()
    eve = store.join("Ada")  # the name is free again
    assert eve.id not in (ada.id, bob.id)  # and a page that is still open cannot answer for her
    assert store.keep_drawing(eve, TELEPHONE, TASK, INK, "") > drawing
    assert store.begin_round(eve, QUIZ_SETUP)[0] > round_id


def test_settings_are_set_together_and_removed(store):
    store.set(locked="1", follow="recognise?ways=5")
    store.set(locked="", follow="train")
    assert store.settings() == {"follow": "train"}
    with pytest.raises(StoreError, match="at most"):
        store.set(follow="x" * (MAX_SETTING_CHARACTERS + 1))
    assert store.settings() == {"follow": "train"}


def test_every_change_has_a_new_number_and_reading_has_none(store, ada):
    numbers = [store.version().number]
    for change in (
        lambda: store.join("Bob"),
        lambda: store.begin_round(ada, QUIZ_SETUP),
        lambda: store.keep_drawing(ada, BREAK, TASK, INK, ""),
        lambda: store.hide(ada.id),
        lambda: store.set(locked="1"),
        store.delete_ink,
        store.reset,
    ):
        change()
        numbers.append(store.version().number)
    assert numbers == sorted(set(numbers))
    store.people(), store.settings(), store.after(0, 0), store.drawings(), store.drawing_to_name(ada)
    assert store.version().number == numbers[-1]


def test_a_class_that_joins_and_answers_at_once_is_kept_in_order(store):
    def play(number: int) -> list[int]:
        person = store.join(f"person {number}")
        round_id, _ = store.begin_round(person, QUIZ_SETUP)
        for place in range(10):
            store.answer(person, round_id, place, 0, True, True, float(place))
        return [place for place, _ in sorted(store.begin_round(person, QUIZ_SETUP)[1].items())]

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        assert list(pool.map(play, range(12))) == [list(range(10))] * 12
    answers, _ = store.after(0, 0)
    assert [a.id for a in answers] == sorted(a.id for a in answers)
    for person in {a.person for a in answers}:
        assert [a.seconds for a in answers if a.person == person] == [float(place) for place in range(10)]


def test_of_those_who_want_one_nickname_one_gets_it(store):
    def join(_: int) -> bool:
        try:
            return bool(store.join("Ada"))
        except StoreError:
            return False

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(join, range(8))) == 1


def test_a_setup_with_the_longest_name_fits(store, ada):
    long = Quiz("builtin", "\u00c4" * 80, seed=9999, look_alikes=True, ways=99)
    assert store.begin_round(ada, long)[0]


def test_another_address_is_refused_in_one_sentence(monkeypatch):
    for address in ("mysql://host/class", "nonsense", "sqlite://", "http://[x"):
        monkeypatch.setenv(database.VARIABLE, address)
        with pytest.raises(StoreError, match=r"^DATABASE_URL [^\n]+\.$"):
            Store()
