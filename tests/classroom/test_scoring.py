from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from siamese.classroom import scoring
from siamese.classroom.scoring import BREAK, QUIZ, TELEPHONE, Answer, Drawing

PEOPLE = range(1, 5)


@st.composite
def classes(draw):
    """Drawings by id and answers of a small class, in the order of ids."""
    drawings = {}
    for id_ in range(1, draw(st.integers(0, 6)) + 1):
        activity, network = draw(st.sampled_from([TELEPHONE, BREAK])), draw(st.sampled_from(["ka", "kha", ""]))
        drawings[id_] = Drawing(id_, draw(st.sampled_from(PEOPLE)), activity, "builtin", "Kannada", "ka", network)
    answers, named = [], set()
    for id_ in range(1, draw(st.integers(0, 25)) + 1):
        person, right = draw(st.sampled_from(PEOPLE)), draw(st.booleans())
        drawing = draw(st.sampled_from([None, *drawings]))
        if drawing is None:
            answers.append(Answer(id_, person, QUIZ, right, draw(st.booleans()), 2.0, draw(st.booleans())))
        elif (person, drawing) not in named and drawings[drawing].person != person:
            named.add((person, drawing))
            one = drawings[drawing]
            answers.append(Answer(id_, person, one.activity, right, one.network_right, 2.0, drawing=drawing))
    return drawings, answers


@given(classes())
def test_points_are_the_sum_of_what_the_rules_count(everything):
    drawings, answers = everything
    standings = scoring.standings(PEOPLE, drawings, answers)
    assert sorted(one.person for one in standings) == list(PEOPLE)
    assert [one.points for one in standings] == sorted((one.points for one in standings), reverse=True)
    broken = {
        a.drawing
        for a in answers
        if a.activity == BREAK and a.right and drawings[a.drawing].network != drawings[a.drawing].character
    }
    assert sum(one.points for one in standings) == sum(a.right for a in answers) + len(broken)
    for one in standings:
        own = [a for a in answers if a.person == one.person]
        assert one.named == sum(a.right for a in own if a.activity != QUIZ)
        assert one.broken == sum(drawings[id_].person == one.person for id_ in broken)
        assert (one.quiz.trials if one.quiz else 0) == sum(a.activity == QUIZ for a in own)


@given(classes(), st.randoms())
def test_the_order_in_which_records_arrive_does_not_matter(everything, random):
    drawings, answers = everything
    mixed = random.sample(answers, len(answers))
    assert scoring.standings(PEOPLE, drawings, mixed) == scoring.standings(PEOPLE, drawings, answers)
    assert scoring.telephone(mixed) == scoring.telephone(answers)
    assert scoring.breaks(drawings, mixed) == scoring.breaks(drawings, answers)


@given(classes())
def test_the_best_break_is_named_rightly_by_most(everything):
    drawings, answers = everything
    shown = scoring.breaks(drawings, answers)
    assert all(one.right >= 1 and one.drawing.network != one.drawing.character for one in shown)
    assert [one.right for one in shown] == sorted((one.right for one in shown), reverse=True)
    assert all(one.right <= one.named for one in shown)


@given(classes())
def test_each_drawing_of_telephone_counts_once(everything):
    drawings, answers = everything
    comparison = scoring.telephone(answers)
    named = {a.drawing for a in answers if a.activity == TELEPHONE}
    assert (comparison.people.trials if comparison else 0) == len(named)
    if comparison:
        assert comparison.network.right == sum(drawings[id_].network_right for id_ in named)


def test_only_the_standard_quiz_counts_for_the_class():
    easy = Answer(1, 1, QUIZ, True, True, 1.0, standard=False)
    assert scoring.standard_quiz([easy]) is None
    hard = dataclasses.replace(easy, id=2, right=False, standard=True)
    comparison = scoring.standard_quiz([easy, hard])
    assert (comparison.people.right, comparison.people.trials, comparison.network.right) == (0, 1, 1)


def test_among_equal_points_the_faster_is_first():
    slow, fast = Answer(1, 1, QUIZ, True, True, 9.0), Answer(2, 2, QUIZ, True, True, 3.0)
    assert [one.person for one in scoring.standings([1, 2], {}, [slow, fast])] == [2, 1]


def test_none_of_these_is_a_misnaming():
    drawing = Drawing(1, 1, BREAK, "builtin", "Kannada", "ka", "")
    assert not drawing.network_right
    answer = Answer(1, 2, BREAK, True, False, 3.0, drawing=1)
    assert [one.points for one in scoring.standings([1], {1: drawing}, [answer])] == [1]


def test_the_network_answers_a_question_of_the_whole_class_once():
    answers = [
        Answer(10 * person + place, person, QUIZ, person != 2, place != 0, 1.0, question=("set-up", place))
        for person in (1, 2, 3)
        for place in range(4)
    ]
    comparison = scoring.standard_quiz(answers)
    assert comparison.people.people == ((4, 4), (0, 4), (4, 4))
    assert (comparison.network.right, comparison.network.trials) == (3, 4)
