"""The style sheet in the document: only documents change, whatever the app answers, and their headers stay true."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from siamese.ui.early_style import SHEET, EarlyStyle
from tests import threads

DOCUMENT = '<html><head><title>é</title></head><body><p>a</p><div id="root"></div></body></html>'
BROWSER = (b"accept", b"text/html,application/xhtml+xml,*/*;q=0.8")
ANY = (b"accept", b"*/*")
KNOWN = (b"if-none-match", b'"known"')


async def document(request: Request) -> Response:
    if request.headers.get("if-none-match"):
        return Response(status_code=304)
    return Response(DOCUMENT, media_type="text/html", headers={"ETag": '"known"'})


async def in_parts(request: Request) -> Response:
    return StreamingResponse((DOCUMENT[at : at + 7] for at in range(0, len(DOCUMENT), 7)), media_type="text/html")


async def script(request: Request) -> Response:
    return PlainTextResponse("</script>")


APP = EarlyStyle(Starlette(routes=[Route("/", document), Route("/parts", in_parts), Route("/script.js", script)]))


def get(path: str, *headers: tuple[bytes, bytes]) -> tuple[int, dict[bytes, bytes], str]:
    """Status, headers and body of an answer."""
    sent = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": list(headers)}
    scope["asgi"] = {"spec_version": "2.4"}  # a response in parts does not listen for the end of the connection
    threads.run(APP(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body.decode()


@pytest.mark.parametrize("path", ["/", "/parts"])
def test_a_document_has_the_sheet_between_its_head_and_the_page(path):
    status, headers, text = get(path, BROWSER, KNOWN)
    sheet = f"<style>{SHEET.read_text('utf-8')}</style>"
    assert (status, text) == (200, DOCUMENT.replace("<p>a</p>", "<p>a</p>" + sheet))
    assert headers[b"content-length"] == str(len(text.encode())).encode()
    assert b"etag" not in headers


def test_other_requests_are_passed_on_as_they_are():
    assert get("/script.js", BROWSER)[2] == "</script>"
    assert get("/", ANY)[2] == DOCUMENT
    assert get("/", ANY)[1][b"etag"] == b'"known"'
    assert get("/", ANY, KNOWN)[0] == 304
    assert get("/missing", BROWSER)[0] == 404


def test_the_sheet_cannot_end_its_own_element():
    assert "</" not in SHEET.read_text("utf-8")


def test_a_file_to_download_is_not_held_in_memory():
    """A browser asks for it as for a page, and an exported network has 156 MB."""

    async def download(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/zip")]})
        for more in (True, False):
            await send({"type": "http.response.body", "body": b"part", "more_body": more})

    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/media/koch.zip", "headers": [BROWSER]}
    threads.run(EarlyStyle(download)(scope, None, send))
    assert [message.get("body") for message in sent] == [None, b"part", b"part"]
    assert sent[0]["headers"] == [(b"content-type", b"application/zip")]
