"""R12 for a class: payloads as nicknames, in own alphabets and their files, on sheets, and as signatures."""

from __future__ import annotations

import json
from collections.abc import Callable

import sqlalchemy as sa
from playwright.sync_api import Page

from siamese.classroom import database
from siamese.classroom.nicknames import MAX_NICKNAME_CHARACTERS
from siamese.classroom.schema import people
from siamese.classroom.store import Store
from siamese.data.office import MAX_NAME_CHARACTERS as MAX_SIGNATURE_CHARACTERS
from siamese.data.office import MAX_PEOPLE
from siamese.data.own.file_format import FORMAT, VERSION
from tests.hostile.payloads import SHORT_PAYLOADS
from tools.hostile.watch import SETTLE_MILLISECONDS, Watch

EVERY = 8
"""One own alphabet in eight is shared, and shown on every page that takes it."""
IMPORTED = "location.search.includes('set=private-') || document.querySelector('[data-testid=stAlert]')"
"""Whether a file has been imported or refused."""
HOOK, BAR, BOW = [[30, 30], [70, 30], [70, 80]], [[20, 50], [85, 52]], [[20, 70], [50, 30], [85, 70], [40, 60]]


def nicknames(page: Page, watch: Watch, payloads: tuple[str, ...]) -> int:
    """Join under each, as far as it may be a nickname; then each at full length, straight from the store."""
    for payload in (*SHORT_PAYLOADS, *payloads):
        page.context.clear_cookies()
        watch.open("play?view=quiz")
        page.get_by_label("Nickname").fill(payload.replace("\n", " ")[:MAX_NICKNAME_CHARACTERS])
        page.keyboard.press("Enter")
        watch.settle(f"nickname {payload}")
    _rename_all(payloads)
    watch.open("play?view=board")
    page.locator(".ranking").wait_for()
    watch.settle("the board")
    watch.press("Teacher's tools")
    page.get_by_label("Hide a nickname").click()
    watch.settle("the list of nicknames")
    return len(SHORT_PAYLOADS) + len(payloads)


def _rename_all(names: tuple[str, ...]) -> None:
    """Give the people of the class these names, which no form takes, and have the board read them."""
    engine = sa.create_engine(database.url())
    with engine.begin() as connection:
        ids = connection.scalars(sa.select(people.c.id)).all()
        for number, name in zip(ids, names, strict=False):
            connection.execute(sa.update(people).where(people.c.id == number).values(nickname=name))
    engine.dispose()
    store = Store()
    store.hide(ids[-1])  # a change, so that the board looks
    store.close()


def own_alphabets(page: Page, watch: Watch, payloads: tuple[str, ...]) -> int:
    """Import a file of each name on Teach, in which set, alphabet and characters have payloads as names."""
    for number, payload in enumerate(payloads):
        names = [payloads[(number + place) % len(payloads)] for place in range(3)]
        faulty = number % EVERY == 1 or not all(name.isprintable() for name in (payload, *names))
        content = _alphabet_file(payload, names, number % EVERY == 1)
        watch.open("teach")
        watch.press("Share")
        file = {"name": f"{_plain(payload)}.json", "mimeType": "application/json", "buffer": content}
        page.locator("input[type=file]").last.set_input_files([file])
        page.wait_for_function(IMPORTED)
        watch.settle(f"import {payload}")
        if faulty == ("set=private-" in page.url):
            watch.faults.append(f"{payload}: {'imported' if faulty else 'refused'}")
        if not faulty:
            page.keyboard.press("Escape")
            watch.press("Edit")
            if number % EVERY == 0:
                _everywhere(page, watch, page.url.split("set=")[1])
    return len(payloads)


def _alphabet_file(name: str, characters: list[str], faulty: bool) -> bytes:
    """The file of an own set. faulty: two characters have one name, which the message quotes."""
    if faulty:
        characters = [characters[0]] * 2
    drawings = [{"drawer": drawer, "strokes": [HOOK, BAR][:drawer]} for drawer in (1, 2)]
    each = [
        {"name": text, "drawings": [*drawings, {"drawer": 3, "strokes": [BOW][: place + 1]}]}
        for place, text in enumerate(characters)
    ]
    alphabets = [{"name": name, "characters": each}]
    return json.dumps({"format": FORMAT, "version": VERSION, "name": name, "alphabets": alphabets}).encode()


def _everywhere(page: Page, watch: Watch, key: str) -> None:
    """Share an own alphabet, and open it on every page that takes it."""
    watch.open(f"teach?set={key}")
    watch.press("Share")
    watch.press("Share with the class")
    for path in (f"recognise?data={key}", f"verify?data={key}", f"evaluate?group={key}", "teach"):
        watch.open(path)
        watch.press_if_there("More")
        for box in page.get_by_role("combobox").all():
            if box.is_visible() and box.is_enabled():
                box.click()
                watch.settle(f"list at {path}")
                page.keyboard.press("Escape")
    watch.open(f"recognise?data={key}")
    watch.press("Sample")
    watch.open(f"play?view=quiz&data={key}")
    if page.get_by_label("Nickname").count():
        page.get_by_label("Nickname").fill(f"Player {key[-8:]}")
        page.keyboard.press("Enter")
        watch.settle("play")
    watch.press("Start")
    page.keyboard.press("a")
    watch.settle("a question of the quiz")


def sheets(page: Page, watch: Watch, payloads: tuple[str, ...]) -> int:
    """Photographs of sheets under each name, none of which can be read."""
    watch.open("teach")
    watch.press("On paper")
    for payload in payloads:
        file = {"name": f"{_plain(payload)}.png", "mimeType": "image/png", "buffer": b"damaged"}
        page.locator("input[type=file]").last.set_input_files([file])
        watch.settle(f"sheet {payload}")
    return len(payloads)


def signatures(page: Page, watch: Watch, payloads: tuple[str, ...]) -> int:
    """Put a signature on file under each, as far as it may be a name."""
    shown = tuple(text.replace("\n", " ")[:MAX_SIGNATURE_CHARACTERS].strip() for text in (*SHORT_PAYLOADS, *payloads))
    for number, payload in enumerate(shown):
        if number % (MAX_PEOPLE // 2) == 0:  # the file has room for forty
            watch.open("verify?part=company")
        watch.press("Sample")
        field = page.get_by_label("A new person signs")
        field.fill(payload)
        field.press("Tab")
        page.wait_for_timeout(SETTLE_MILLISECONDS // 2)
        watch.press("Put on file")
        if payload.isprintable() and payload not in page.locator(".tile .name").all_inner_texts():
            watch.faults.append(f"{payload}: not on file")
    return len(shown)


def _plain(name: str) -> str:
    """A payload as the name of a file, which has no slashes and line feeds."""
    return name.replace("/", "\u2215").replace("\n", " ")


TEXTS: dict[str, Callable[[Page, Watch, tuple[str, ...]], int]] = {
    "nicknames": nicknames,
    "own alphabets and their files": own_alphabets,
    "names of photographs of sheets": sheets,
    "signatures": signatures,
}
