"""Two replicas behind Debian's nginx with PostgreSQL, a small class, and a replica that is killed meanwhile."""

from __future__ import annotations

import os
import sys

import pytest

from tests.threads import in_thread
from tools.classroom.attendance import Plan
from tools.classroom.front import CONNECTIONS
from tools.classroom.replicas import NotInstalled
from tools.serve_replicas import measure

AGAIN_SECONDS = 5.0
"""Within this time after its replica has failed, a page is complete again."""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the server's memory from /proc")
def test_a_class_goes_on_when_one_of_two_replicas_is_killed(home, tmp_path):
    plan = Plan(clients=4, minutes=0.15, drawings=1_000_000, think=0.3, data="builtin", stays=True)
    try:
        figures = in_thread(measure, tmp_path, 2, plan, kill=True)
    except NotInstalled as error:
        pytest.fail(str(error)) if os.environ.get("CI") == "true" else pytest.skip(str(error))
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
