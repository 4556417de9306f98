"""A browser that connects again gets a complete page, whatever it asks for first."""

from __future__ import annotations

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from siamese.ui.reconnect import CompleteFirstRun
from tests.threads import run


def rerun(fragment: str = "", automatic: bool = False) -> bytes:
    """A request to run a page, or a fragment of it, with a drawing on its canvas."""
    message = BackMsg()
    message.rerun_script.fragment_id, message.rerun_script.is_auto_rerun = fragment, automatic
    message.rerun_script.query_string = "ways=7"
    widget = message.rerun_script.widget_states.widgets.add()
    widget.id, widget.json_value = "canvas", "{}"
    return message.SerializeToString()


def received(*sent: bytes) -> list[bytes]:
    """What the app receives of these messages, after the connection was opened."""
    messages = [{"type": "websocket.connect"}, *({"type": "websocket.receive", "bytes": data} for data in sent)]
    taken = []

    async def app(scope, receive, send) -> None:
        for _ in messages:
            taken.append(await receive())

    async def receive() -> dict:
        return messages[len(taken)]

    run(CompleteFirstRun(app)({"type": "websocket"}, receive, None))
    assert taken[0] == messages[0]
    return [message["bytes"] for message in taken[1:]]


@pytest.mark.parametrize("automatic", [False, True])
def test_the_first_run_is_complete_and_keeps_the_rest_and_later_ones_are_as_they_were(automatic):
    first, second = received(rerun("a", automatic), rerun("a", automatic))
    assert first == rerun()
    assert second == rerun("a", automatic)


def test_other_messages_before_it_are_left_alone():
    other = BackMsg()
    other.file_urls_request.request_id = "1"
    assert received(other.SerializeToString(), rerun("a"), rerun("a")) == [
        other.SerializeToString(),
        rerun(),
        rerun("a"),
    ]


def test_what_cannot_be_read_is_for_streamlit_to_refuse():
    assert received(b"\xff\xff", rerun("a"), rerun("b")) == [b"\xff\xff", rerun(), rerun("b")]


def test_requests_that_are_no_websockets_pass():
    passed = []

    async def app(scope, receive, send) -> None:
        passed.append((scope, receive, send))

    scope = {"type": "http"}
    run(CompleteFirstRun(app)(scope, 1, 2))
    assert passed == [(scope, 1, 2)]
