"""Two replicas behind Debian's nginx with PostgreSQL: what a student finds on the other one, and a class that goes on
when one is killed."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from siamese.classroom import database, place
from siamese.classroom.place import Place
from siamese.classroom.store import Store
from siamese.ui import teacher
from siamese.ui.play import person
from tests.threads import in_thread, run
from tools.classroom.attendance import Plan
from tools.classroom.engine import Engine
from tools.classroom.front import CONNECTIONS
from tools.classroom.replicas import NotInstalled, Replicas, serve_replicas
from tools.classroom.visitor import TIMEOUT_SECONDS, Visitor
from tools.serve_replicas import measure

NAME_FIELD = "Name of the character"
AGAIN_SECONDS = 5.0
"""Within this time after its replica has failed, a page is complete again."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the server's memory from /proc")


@pytest.fixture(scope="module")
def replicas(tmp_path_factory) -> Iterator[Replicas]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIAMESE_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv(teacher.NAME, "open sesame")
        patch.delenv(database.VARIABLE, raising=False)
        try:
            with serve_replicas(tmp_path_factory.mktemp("replicas"), 2) as running:
                yield running
        except NotInstalled as error:
            pytest.fail(str(error)) if os.environ.get("CI") == "true" else pytest.skip(str(error))


def test_a_student_finds_his_alphabet_on_the_other_replica(replicas):
    one, other = (server.address for server in replicas.servers)
    engine = Engine()

    async def teach_and_look() -> tuple[str, list[str]]:
        async with Visitor(one, "teach") as visitor:
            await visitor.put(engine.drawing(engine.alphabets[0], np.random.default_rng(1)))
            taught = "zog is taught"
            await visitor.press("Teach", lambda: visitor.texts(lambda body: taught in body), {NAME_FIELD: "zog"})
            link = visitor.query
        async with Visitor(other, "teach", link) as visitor:
            return visitor.query, visitor.texts(lambda body: body if "zog" in body else "")

    link, shown = run(teach_and_look())
    assert link.startswith("set=private-")
    assert shown


def test_a_student_finds_his_nickname_on_the_other_replica(replicas):
    one, other = (server.address for server in replicas.servers)
    token = re.compile(rf"{person.COOKIE}=([0-9a-f]{{32}})")

    async def join_and_return() -> tuple[bool, bool]:
        async with Visitor(one, "play", draws=False) as visitor:
            await visitor.press("Join", lambda: visitor.has_button("Start"), {"Nickname": "Ada"})
            (cookie,) = visitor.texts(lambda body: found[1] if (found := token.search(body)) else "")
        async with Visitor(other, "play", draws=False, cookies={person.COOKIE: cookie}) as visitor:
            return visitor.has_button("Join"), "Ada" in [each.nickname for each in _people()]

    assert run(join_and_return()) == (False, True)


def _people():
    store = Store()
    try:
        return store.people()
    finally:
        store.close()


def test_students_of_all_replicas_are_brought_along(replicas):
    one, other = (Visitor(server.address, "recognise") for server in replicas.servers)

    async def visit_and_follow() -> list[str]:
        async with one, other:
            store = Store()
            store.set(**{place.SETTING: Place(1, "verify", {"part": "company"}).to_setting()})
            store.close()
            end = time.monotonic() + TIMEOUT_SECONDS
            while {one.query, other.query} != {"part=company"} and time.monotonic() < end:
                await asyncio.sleep(0.1)
            return [one.title, other.title]

    assert run(visit_and_follow()) == ["Same or different"] * 2


def test_a_class_goes_on_when_one_of_two_replicas_is_killed(replicas):
    plan = Plan(clients=4, minutes=0.15, drawings=1_000_000, think=0.3, data="builtin", stays=True)
    figures = in_thread(measure, replicas, plan, kill=True)
    assert figures["nginx"] == {
        "the start page": 200,
        "another host": 421,
        "a session for another host": 421,
        "metrics": 404,
        "metrics below a page": 404,
        "an upload of 220 MB": 413,
        "connections answered": CONNECTIONS,
    }
    assert figures["examples"] == []
    assert figures["failed sessions"] == figures["crossed answers"] == figures["wrong answers"] == 0
    assert figures["health checks failed"] == 0
    assert figures["visitors by replica"] == {"1": 2, "2": 2}
    assert figures["connections lost"] == 2
    assert figures["complete page again, s"]["max"] < AGAIN_SECONDS
    assert figures["answers"] >= 8
