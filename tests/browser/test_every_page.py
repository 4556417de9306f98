"""Every page paints, at every width, in both themes."""

from __future__ import annotations

import pathlib

import pytest

from siamese.ui import links
from siamese.ui.page import PAGES

SCRIPTS = sorted(p.stem for p in (pathlib.Path(__file__).resolve().parents[2] / "pages").glob("*.py"))
PARTS_OF_PAGES = (
    ("play", "view", ("telephone", "break", "name", "board")),
    ("verify", "part", ("company",)),
    ("inside", "part", ("pair", "map", "nearest")),
    ("train", "view", ("new", "all")),
    ("evaluate", "part", links.PARTS),
)
"""Page, URL parameter, and the values that show other parts than the first."""
PATHS = ["" if name == "home" else name for name in SCRIPTS]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wider_than_a_phone(open_page, open_ready, path):
    # A run has no badge and the lesson has no network; Play asks for a nickname, Teach for a character.
    badgeless = ("train", "play", "teach", "lesson")
    opened = open_page if path in badgeless else open_ready
    page = opened(path, width=390, height=844, has_touch=True, color_scheme="dark")
    page.locator(".note").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth - main.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize("path", PATHS)
def test_the_page_opens_with_one_sentence_in_the_bundled_typeface(open_page, path):
    page = open_page(path)
    assert page.locator(".lead").first.inner_text()
    page.wait_for_function(
        "[...document.fonts].some(face => face.family.includes('Inter') && face.status === 'loaded')"
    )


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_shows_the_names_of_all_pages(open_page, path):
    page = open_page(path, width=360, height=640, has_touch=True)
    links = page.locator(".st-key-phone_navigation a")
    links.first.wait_for()
    assert [text.strip() for text in links.all_inner_texts()] == [title for _, title in PAGES]
    page.wait_for_function("document.querySelector('.st-key-phone_navigation').getBoundingClientRect().y < 60")


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_has_the_network_beside_the_pages(open_page, path):
    page = open_page(path, width=360, height=640, has_touch=True)
    button = page.get_by_role("button", name="Network")
    button.wait_for()
    page.wait_for_function("document.querySelector('.st-key-network_choice').getBoundingClientRect().y < 20")
    links, box = page.locator(".st-key-phone_navigation").bounding_box(), button.bounding_box()
    assert links["x"] + links["width"] <= box["x"]
    assert box["y"] + box["height"] <= links["y"] + links["height"] + 5
    button.click()
    page.get_by_text("Trained on", exact=True).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


VIEWS = [f"{page}?{name}={value}" for page, name, values in PARTS_OF_PAGES for value in values]


@pytest.mark.parametrize("path", [*PATHS, *VIEWS])
def test_all_requests_go_to_the_app_itself(browser, app, path):
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws", "http", 1)))
    page.goto(f"{app}/{path}")
    page.locator("h1").wait_for()
    page.wait_for_timeout(1500)
    for box in page.get_by_role("combobox").all():  # lists are drawn when they are opened
        if box.is_visible() and box.is_enabled():
            box.click()
            page.wait_for_timeout(100)
            page.keyboard.press("Escape")
    context.close()
    assert any("/_stcore/stream" in url for url in asked)
    assert [url for url in asked if not url.startswith((f"{app}/", "data:", "blob:"))] == []


def test_a_phone_shows_the_name_of_the_page_among_many(open_page):
    page = open_page("evaluate", width=360, height=640, has_touch=True)
    page.locator(".st-key-this_page").get_by_text("Evaluate", exact=True).wait_for()
    page.wait_for_function(
        """() => {
            const names = document.querySelector('.st-key-phone_navigation').getBoundingClientRect();
            const name = document.querySelector('.st-key-this_page').getBoundingClientRect();
            return names.y < 60 && name.left >= names.left && name.right <= names.right;
        }"""
    )


def test_large_text_leaves_the_names_of_the_pages_on_a_phone(open_page):
    widths = []
    for path in ("", "?large=1"):
        page = open_page(path, width=360, height=640, has_touch=True)
        page.locator(".st-key-phone_navigation a").last.wait_for()
        page.wait_for_function("document.querySelector('.st-key-phone_navigation').getBoundingClientRect().y < 60")
        boxes = page.locator(".st-key-phone_navigation a p").evaluate_all(
            "names => names.map(name => name.getBoundingClientRect().width)"
        )
        widths.append(sum(boxes))
    assert widths[1] < 1.05 * widths[0]


@pytest.mark.parametrize("path", ["start", *PATHS])
def test_every_address_of_the_app_opens(open_page, path):
    page = open_page(path)
    assert page.locator(".lead").first.inner_text()
    assert page.get_by_text("Page not found").count() == 0


def test_large_text_enlarges(open_page):
    page = open_page("")
    size = "parseFloat(getComputedStyle(document.querySelector('.lead')).fontSize)"
    page.locator(".lead").first.wait_for()
    before = page.evaluate(size)
    page.get_by_text("Large text").click()
    page.wait_for_function(f"{size} > {before} * 1.2")


def test_the_start_page_shows_a_worked_example_and_leads_on(open_ready):
    page = open_ready("")
    page.locator(".answer:not(.waiting) .sentence").first.wait_for()
    page.locator(".tile.right").first.wait_for()
    page.get_by_role("link", name="Draw a character yourself").click()
    page.get_by_role("heading", name="Recognise").wait_for()
