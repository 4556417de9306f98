from __future__ import annotations

import collections
import dataclasses
import gc
import threading
import time

import numpy as np
import pytest

from siamese.data.characters import Alphabet
from siamese.network import matcher as module
from siamese.network import weights
from siamese.network.matcher import Matcher
from siamese.network.twin import assign, build_siamese, build_twin
from tests import drawn

SUPPORT = np.stack([[drawn.scribble(c, 1), drawn.scribble(c, 2)] for c in range(6)])


@pytest.fixture
def matcher(saved) -> Matcher:
    return Matcher.load(saved)


def in_threads(count: int, work) -> None:
    """Run `work(i)` in `count` threads at once, and raise what any of them raised."""
    errors: list[BaseException] = []

    def guarded(i: int) -> None:
        try:
            work(i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]


def test_a_match_is_kochs_network_on_every_pair(matcher, tensors):
    twin = build_twin(drawn.TINY)
    assign(twin, tensors)
    network = build_siamese(twin)
    network.get_layer("head").set_weights([tensors["head.kernel"][:, None], tensors["head.bias"]])
    query = drawn.scribble(2, 3)
    expected = network([np.repeat(query[None, ..., None], 6, axis=0), SUPPORT[:, 0, ..., None]]).numpy()[:, 0]
    assert np.allclose(
        matcher.match(query, SUPPORT[:, :1]).similarity, expected, atol=0.02
    )  # serving may be in bfloat16


@pytest.mark.parametrize("columns", [2, 4])
def test_columns_answer_as_the_joined_network_does(record, columns):
    rng = np.random.default_rng(columns)
    shapes = weights.shapes(drawn.TINY.column(columns))
    parts = tuple(
        {name: rng.normal(0, 0.2, shape).astype(np.float32) for name, shape in shapes.items()} for _ in range(columns)
    )
    by_column = weights.Weights(drawn.TINY, parts, record)
    joined = dataclasses.replace(by_column, columns=(by_column.joined(),))
    query = drawn.scribble(2, 3)
    one, other = (Matcher(given).match(query, SUPPORT) for given in (by_column, joined))
    assert np.allclose(one.similarity, other.similarity, atol=1e-3)
    assert np.ptp(one.similarity) > 0.01  # equal similarities would prove nothing


def test_the_fields_of_a_match_agree_with_each_other(matcher):
    match = matcher.match(drawn.scribble(2, 3), SUPPORT)
    assert match.similarity.shape == match.share.shape == match.logit.shape == (6,)
    assert match.share.sum() == pytest.approx(1)
    assert match.best == int(np.argmax(match.similarity)) == int(np.argmax(match.share))
    ordered = np.sort(match.similarity)
    assert match.margin == pytest.approx(ordered[-1] - ordered[-2])
    assert match.none == (ordered[-1] < matcher.record["none_threshold"])


def test_characters_may_have_different_numbers_of_shots(matcher):
    uneven = [SUPPORT[0], SUPPORT[1][:1], SUPPORT[2][1:]]
    query = drawn.scribble(2, 3)
    matcher.embed_ahead(uneven)
    match = matcher.match(query, uneven)
    both, first, second = (matcher.match(query, SUPPORT[:3, shots]).logit for shots in (slice(2), [0], [1]))
    assert np.allclose(match.logit, [both[0], first[1], second[2]], atol=1e-5)


def test_shots_count_by_their_mean_logit(matcher):
    query = drawn.scribble(2, 3)
    one, two = (matcher.match(query, SUPPORT[:, k : k + 1]).logit for k in (0, 1))
    assert np.allclose(matcher.match(query, SUPPORT).logit, (one + two) / 2, atol=1e-4)


def test_the_share_is_a_softmax_at_the_recorded_temperature(matcher):
    match = matcher.match(drawn.scribble(2, 3), SUPPORT)
    scaled = np.exp(match.logit / 1.5)  # the record of the fixture has temperature 1.5
    assert np.allclose(match.share, scaled / scaled.sum(), atol=1e-5)


def test_the_order_of_a_pair_does_not_matter_to_the_last_bit(matcher):
    a, b = drawn.scribble(0, 1), drawn.scribble(1, 1)
    assert matcher.match(a, b[None, None]).logit[0] == matcher.match(b, a[None, None]).logit[0]


def test_a_support_set_is_embedded_once(matcher, monkeypatch):
    embedded = []
    prepare = matcher.prepare
    monkeypatch.setattr(matcher, "prepare", lambda drawings: embedded.append(len(drawings)) or prepare(drawings))
    matcher.match(drawn.scribble(2, 3), SUPPORT)
    matcher.match(drawn.scribble(3, 3), SUPPORT)
    matcher.match(drawn.scribble(3, 3), SUPPORT)
    assert embedded == [13, 1]


def test_a_support_set_can_be_embedded_before_the_first_drawing(matcher, monkeypatch):
    embedded, done = [], threading.Event()
    prepare = matcher.prepare

    def counted(drawings):
        embedded.append(len(drawings))
        done.set()
        return prepare(drawings)

    monkeypatch.setattr(matcher, "prepare", counted)
    matcher.embed_ahead(SUPPORT)
    assert done.wait(20)
    match = matcher.match(drawn.scribble(2, 3), SUPPORT)  # waits for the same computation
    assert embedded == [12, 1]
    assert match.logit.shape == (len(SUPPORT),)


def test_the_cache_forgets_the_drawings_unused_for_longest(saved, monkeypatch):
    monkeypatch.setattr(module, "CACHE_BYTES", 5 * 4 * drawn.TINY.embedding)
    matcher = Matcher.load(saved)
    for character in (0, 1, 2, 3, 0, 4, 5):  # with the support drawing, 7 different drawings for 5 places
        matcher.match(drawn.scribble(character, 3), SUPPORT[:1, :1])
    assert len(matcher._cache) == 5
    embedded = []
    prepare = matcher.prepare
    monkeypatch.setattr(matcher, "prepare", lambda drawings: embedded.append(len(drawings)) or prepare(drawings))
    for character in (0, 3, 4, 5):
        matcher.match(drawn.scribble(character, 3), SUPPORT[:1, :1])
    assert embedded == []
    matcher.match(drawn.scribble(1, 3), SUPPORT[:1, :1])
    assert embedded == [1]


def test_a_failed_computation_is_not_remembered(matcher, monkeypatch):
    query, prepare = drawn.scribble(2, 3), matcher.prepare

    def fail(drawings):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(matcher, "prepare", fail)
    with pytest.raises(RuntimeError, match="out of memory"):
        matcher.match(query, SUPPORT)
    monkeypatch.setattr(matcher, "prepare", prepare)
    assert matcher.match(query, SUPPORT).logit.shape == (6,)


def test_a_single_way_has_a_similarity_and_all_of_the_share(matcher):
    match = matcher.match(drawn.scribble(0, 3), SUPPORT[:1])
    assert match.best == 0
    assert match.share[0] == 1
    assert match.margin == match.similarity[0]


def test_trained_on_an_alphabet_by_its_name_or_its_script(matcher):
    assert matcher.trained_on(Alphabet("Alphabet 0"))
    assert matcher.trained_on(Alphabet("Print of script 0", "Script 0"))
    assert not matcher.trained_on(Alphabet("Alphabet 1", "Script 1"))
    assert not matcher.trained_on(Alphabet("Invented"))


def test_other_shapes_than_drawings_are_refused(matcher):
    with pytest.raises(ValueError, match=r"\(1, 28, 28\)"):
        matcher.prepare(np.zeros((1, 28, 28)))


def test_thirty_threads_get_the_same_answers_as_one(matcher):
    queries = [drawn.scribble(c % 6, 3 + c // 6) for c in range(30)]
    expected = [matcher.match(query, SUPPORT).logit for query in queries]
    matcher._cache.clear()
    logits: list[np.ndarray | None] = [None] * 30

    def ask(i: int) -> None:
        logits[i] = matcher.match(queries[i], SUPPORT).logit

    in_threads(30, ask)
    assert np.allclose(logits, expected, atol=1e-2)


def test_threads_that_need_the_same_support_set_wait_for_one_computation(matcher, monkeypatch):
    embedded = []
    prepare = matcher.prepare

    def slow(drawings):
        embedded.append(len(drawings))
        time.sleep(0.2)
        return prepare(drawings)

    monkeypatch.setattr(matcher, "prepare", slow)
    in_threads(10, lambda i: matcher.match(drawn.scribble(0, 10 + i), SUPPORT))
    assert sum(embedded) == 12 + 10  # each support drawing once, and the ten queries


def test_forward_passes_run_one_at_a_time(matcher):
    forward, active, most = matcher._forward, [], []

    def watched(drawings):
        active.append(1)
        most.append(len(active))
        time.sleep(0.01)
        active.pop()
        return forward(drawings)

    matcher._forward = watched
    in_threads(8, lambda i: matcher.prepare(drawn.scribble(i, 3)[None]))
    assert most == [1] * 8


def test_a_cached_answer_does_not_wait_for_a_forward_pass(matcher):
    query, forward = drawn.scribble(2, 3), matcher._forward
    matcher.match(query, SUPPORT)
    started, release = threading.Event(), threading.Event()

    def held(drawings):
        started.set()
        assert release.wait(60)
        return forward(drawings)

    matcher._forward = held
    other = threading.Thread(target=lambda: matcher.match(drawn.scribble(5, 9), SUPPORT))
    other.start()
    try:
        assert started.wait(60)
        answered = threading.Event()
        threading.Thread(target=lambda: matcher.match(query, SUPPORT) and answered.set()).start()
        assert answered.wait(30)
    finally:
        release.set()
        other.join()


def test_a_drawing_is_answered_between_the_batches_of_a_measurement(matcher, monkeypatch):
    monkeypatch.setattr("siamese.network.scorer.BATCH_DRAWINGS", 1)
    forward, passes, second = matcher._forward, [], threading.Event()

    def noted(drawings):
        passes.append(np.array(drawings))
        if len(passes) == 1:
            assert second.wait(60)
        return forward(drawings)

    matcher._forward = noted
    batches = np.stack([drawn.scribble(c, 3) for c in range(5)])
    other = drawn.scribble(9, 3)[None]
    measurement = threading.Thread(target=lambda: matcher.prepare(batches))
    measurement.start()
    while not passes:
        time.sleep(0.001)
    drawing = threading.Thread(target=lambda: matcher.prepare(other))
    drawing.start()
    while matcher._passes._work_queue.qsize() == 0:  # the drawing waits behind the batch that runs
        time.sleep(0.001)
    second.set()
    measurement.join()
    drawing.join()
    expected = matcher.twin_input(other).ravel()
    assert [np.array_equal(one.ravel(), expected) for one in passes] == [False, True, False, False, False, False]


class Yielding(collections.OrderedDict):
    """A dictionary that lets other threads run between any two operations on it."""

    def __contains__(self, key):
        time.sleep(1e-5)
        return super().__contains__(key)

    def move_to_end(self, key, last=True):
        time.sleep(1e-5)
        super().move_to_end(key, last)


def test_the_cache_survives_threads_that_evict_what_others_look_up(saved, monkeypatch):
    """Without its lock, a drawing evicted between look-up and use ends in a KeyError."""
    monkeypatch.setattr(module, "CACHE_BYTES", 4 * 4 * drawn.TINY.embedding)
    matcher = Matcher.load(saved)
    matcher._cache = Yielding()

    def ask(i: int) -> None:
        for round_number in range(6):
            matcher.match(drawn.scribble((i + round_number) % 8, 3), SUPPORT[i % 3 : i % 3 + 1, :1])

    in_threads(12, ask)
    assert len(matcher._cache) <= 4


def test_a_read_only_support_set_is_hashed_once_while_it_exists(matcher, monkeypatch):
    hashed = []
    monkeypatch.setattr(module, "_key", lambda drawing, key=module._key: hashed.append(1) or key(drawing))
    support = SUPPORT.copy()
    first = matcher.match(drawn.scribble(0, 11), support).logit
    support.flags.writeable = False
    for _ in range(3):
        assert np.array_equal(matcher.match(drawn.scribble(0, 11), support).logit, first)
    assert len(hashed) == 4 + 2 * support.shape[0] * support.shape[1]
    del support
    gc.collect()
    assert matcher._support_keys == {}


def test_a_support_set_that_changes_is_hashed_anew(matcher):
    support = SUPPORT.copy()
    before = matcher.match(drawn.scribble(0, 11), support).logit
    support[0] = drawn.scribble(7, 5)
    assert matcher.match(drawn.scribble(0, 11), support).logit[0] != before[0]


def test_a_support_set_that_is_embedded_is_not_embedded_ahead_again(matcher, monkeypatch):
    matcher.match(drawn.scribble(0, 11), SUPPORT)
    monkeypatch.setattr(matcher, "_ahead", None)  # would fail if it were given anything
    matcher.embed_ahead(SUPPORT)


def test_support_sets_are_embedded_ahead_when_nobody_asks_any_more(matcher, monkeypatch):
    monkeypatch.setattr(module, "AHEAD_SECONDS", 0.3)
    begun = threading.Event()
    monkeypatch.setattr(matcher, "prepare", lambda drawings: begun.set() or np.zeros((len(drawings), 1), np.float32))
    matcher.embed_ahead(SUPPORT[:3])
    time.sleep(0.2)
    matcher.embed_ahead(SUPPORT[3:])
    asked = time.monotonic()
    assert begun.wait(20)
    assert time.monotonic() - asked >= 0.29
