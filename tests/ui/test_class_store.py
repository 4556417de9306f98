from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib

import pytest

from siamese.classroom import database
from siamese.classroom.scoring import TELEPHONE
from siamese.errors import UserError
from siamese.ui import class_store
from tests.classroom.ink import INK, TASK
from tests.threads import run


@pytest.fixture(autouse=True)
def _own_database(home, monkeypatch):
    monkeypatch.delenv(database.VARIABLE, raising=False)


def test_a_class_that_comes_at_once_opens_one_store():
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        stores = set(pool.map(lambda _: id(class_store.store()), range(10)))
    assert len(stores) == 1
    class_store.store().join("Ada")
    assert [row.person.nickname for row in class_store.snapshot().rows] == ["Ada"]


def test_a_database_that_is_not_there_is_tried_again_after_a_while(monkeypatch):
    monkeypatch.setenv(database.VARIABLE, "nonsense")
    now = [100.0]
    monkeypatch.setattr(class_store.time, "monotonic", lambda: now[0])
    with pytest.raises(UserError) as first:
        class_store.store()
    with pytest.raises(UserError) as second:
        class_store.store()
    assert second.value is first.value
    now[0] += 4.9
    with pytest.raises(UserError) as still:
        class_store.store()
    assert still.value is first.value
    now[0] += 0.2
    with pytest.raises(UserError) as third:
        class_store.store()
    assert third.value is not first.value


def test_the_server_forgets_ink_that_is_old(monkeypatch):
    ada = class_store.store().join("Ada")
    class_store.store().keep_drawing(ada, TELEPHONE, TASK, INK, "")

    async def serve() -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(class_store.look_after(), 1.0)

    run(serve())
    assert len(class_store.store().drawings()) == 1
    monkeypatch.setattr("siamese.classroom.kept_drawings.time.time", lambda: 4e9)
    run(serve())
    assert class_store.store().drawings() == []
