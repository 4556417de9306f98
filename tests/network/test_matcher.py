from __future__ import annotations

import threading

import numpy as np
import pytest

from siamese.data.characters import Alphabet
from siamese.network import matcher as module
from siamese.network.matcher import Matcher
from siamese.network.twin import assign, build_siamese, build_twin
from tests import drawn

SUPPORT = np.stack([[drawn.scribble(c, 1), drawn.scribble(c, 2)] for c in range(6)])


@pytest.fixture
def matcher(saved) -> Matcher:
    return Matcher.load(saved)


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


def test_a_match_says_all_it_promises(matcher):
    match = matcher.match(drawn.scribble(2, 3), SUPPORT)
    assert match.similarity.shape == match.share.shape == match.logit.shape == (6,)
    assert match.share.sum() == pytest.approx(1)
    assert match.best == int(np.argmax(match.similarity)) == int(np.argmax(match.share))
    ordered = np.sort(match.similarity)
    assert match.margin == pytest.approx(ordered[-1] - ordered[-2])
    assert match.none == (ordered[-1] < matcher.record["none_threshold"])


def test_shots_count_by_their_mean_logit(matcher):
    query = drawn.scribble(2, 3)
    one, two = (matcher.match(query, SUPPORT[:, k : k + 1]).logit for k in (0, 1))
    assert np.allclose(matcher.match(query, SUPPORT).logit, (one + two) / 2, atol=1e-4)


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


def test_the_cache_is_bounded_and_forgets_what_is_oldest(saved, monkeypatch):
    monkeypatch.setattr(module, "CACHE_BYTES", 5 * 4 * drawn.TINY.embedding)
    matcher = Matcher.load(saved)
    for character in range(9):
        matcher.match(drawn.scribble(character, 1), SUPPORT[:1, :1])
    assert len(matcher._cache) == 5


def test_a_single_way_has_a_similarity_and_all_of_the_share(matcher):
    match = matcher.match(drawn.scribble(0, 3), SUPPORT[:1])
    assert match.best == 0
    assert match.share[0] == 1
    assert match.margin == match.similarity[0]


def test_seen_by_name_or_by_script(matcher):
    assert matcher.seen(Alphabet("Alphabet 0"))
    assert matcher.seen(Alphabet("Print of script 0", "Script 0"))
    assert not matcher.seen(Alphabet("Alphabet 1", "Script 1"))
    assert not matcher.seen(Alphabet("Invented"))


def test_only_drawings_are_taken(matcher):
    with pytest.raises(ValueError, match=r"\(1, 28, 28\)"):
        matcher.prepare(np.zeros((1, 28, 28)))


def test_thirty_threads_get_the_answers_of_one(matcher):
    queries = [drawn.scribble(c % 6, 3 + c // 6) for c in range(30)]
    expected = [matcher.match(query, SUPPORT).logit for query in queries]
    matcher._cache.clear()
    found: list[np.ndarray | None] = [None] * 30

    def ask(i: int) -> None:
        found[i] = matcher.match(queries[i], SUPPORT).logit

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert np.allclose(found, expected, atol=1e-2)
