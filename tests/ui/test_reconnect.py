"""A browser that connects again gets a complete page, whatever it asks for first."""

from __future__ import annotations

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

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


def finished(how: int) -> bytes:
    """The app says that a run has ended."""
    return ForwardMsg(script_finished=how).SerializeToString()


def received(*sent: bytes, answers: dict[int, bytes] | None = None) -> list[bytes]:
    """What the app receives of these messages, after the connection was opened; answers: what it sends before it
    receives the message of this number."""
    messages = [{"type": "websocket.connect"}, *({"type": "websocket.receive", "bytes": data} for data in sent)]
    taken, passed = [], []

    async def app(scope, receive, send) -> None:
        for number in range(-1, len(sent)):
            if number in (answers or {}):
                await send({"type": "websocket.send", "bytes": answers[number]})
            taken.append(await receive())

    async def receive() -> dict:
        return messages[len(taken)]

    async def send(message: dict) -> None:
        passed.append(message["bytes"])

    run(CompleteFirstRun(app)({"type": "websocket"}, receive, send))
    assert taken[0] == messages[0]
    assert passed == list((answers or {}).values())
    return [message["bytes"] for message in taken[1:]]


@pytest.mark.parametrize("automatic", [False, True])
def test_the_first_run_is_complete_and_keeps_the_rest(automatic):
    assert received(rerun("a", automatic)) == [rerun()]


def test_once_a_run_has_ended_requests_are_as_they_were():
    ended = {1: finished(ForwardMsg.FINISHED_SUCCESSFULLY)}
    assert received(rerun("a"), rerun("a"), rerun("b", True), answers=ended) == [rerun(), rerun("a"), rerun("b", True)]


def test_what_a_visitor_does_before_that_asks_for_the_page_too():
    interrupted = {1: finished(ForwardMsg.FINISHED_EARLY_FOR_RERUN)}
    assert received(rerun("a"), rerun("b"), answers=interrupted) == [rerun(), rerun()]


def test_a_fragment_that_looks_again_by_itself_does_not_begin_the_run_again():
    assert received(rerun("a"), rerun("b", True)) == [rerun(), rerun("b", True)]


def test_other_messages_before_it_are_left_alone():
    other = BackMsg()
    other.file_urls_request.request_id = "1"
    assert received(other.SerializeToString(), rerun("a", True)) == [other.SerializeToString(), rerun()]


def test_what_cannot_be_read_is_for_streamlit_to_refuse():
    assert received(b"\xff\xff", rerun("a", True)) == [b"\xff\xff", rerun()]


def test_requests_that_are_no_websockets_pass():
    passed = []

    async def app(scope, receive, send) -> None:
        passed.append((scope, receive, send))

    scope = {"type": "http"}
    run(CompleteFirstRun(app)(scope, 1, 2))
    assert passed == [(scope, 1, 2)]
