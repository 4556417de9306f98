"""The Teach page in a real browser: by mouse, by finger on a phone, by keyboard alone; sharing and swapping."""

from __future__ import annotations

import json
import re

import pytest

from tests.browser.server import draw
from tests.browser.test_recognise import ANSWER

HOOK = [(60, 80), (160, 60), (240, 110), (170, 170), (160, 250)]
CROSS = [(70, 70), (250, 250), (160, 160), (250, 70), (70, 250)]
BOX = [(80, 80), (240, 80), (240, 240), (80, 240), (80, 80)]
SIGNS = {"hook": HOOK, "cross": CROSS, "box": BOX}
NAME = "Name of a new character"


def moved(stroke: list[tuple[float, float]], scale: float = 1.0) -> list[tuple[float, float]]:
    """The stroke as somebody might draw it a second time."""
    return [(scale * (8 + 0.93 * x), scale * (5 + 0.95 * y + 4 * (i % 2))) for i, (x, y) in enumerate(stroke)]


def teach(page, name: str) -> None:
    page.get_by_role("button", name="Clear", disabled=False).wait_for()  # the drawing has arrived
    page.get_by_placeholder(NAME).fill(name)
    page.get_by_role("button", name="Teach", exact=True).click()
    page.get_by_text(f"{name} is taught.").wait_for()
    page.locator(".tile").filter(has_text=name).first.wait_for()


def touch(page, stroke: list[tuple[float, float]]) -> None:
    """One stroke with a finger, as (x, y) on the canvas."""
    paper = page.locator("canvas.upper-canvas")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    session = page.context.new_cdp_session(page)
    for place, (x, y) in enumerate(stroke):
        kind = "touchMove" if place else "touchStart"
        point = {"x": box["x"] + x, "y": box["y"] + y}
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_drawings_of_taught_characters_are_named_at_once(open_page):
    page = open_page("teach")
    page.get_by_text("Draw a character of your own").wait_for()
    for name, stroke in SIGNS.items():
        draw(page, stroke)
        teach(page, name)
    page.locator(".badge.unseen").first.wait_for()
    for name, stroke in SIGNS.items():
        draw(page, moved(stroke))
        page.locator(ANSWER).filter(has_text=f"This is {name}").wait_for()
        page.get_by_role("button", name="Clear").click()
        page.locator(".answer.waiting").wait_for()
    assert re.search(r"teach\?set=private-[0-9a-f]{32}$", page.url)
    again = open_page(page.url.split("/")[-1])
    again.locator(".tile").nth(2).wait_for()
    assert again.locator(".tile .name").all_inner_texts() == list(SIGNS)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 640)])
def test_a_phone_teaches_by_touch_and_shows_canvas_and_answer_on_one_screen(open_page, width, height):
    page = open_page("teach", width=width, height=height, has_touch=True, is_mobile=True)
    scale = page.locator("canvas.upper-canvas").bounding_box()["width"] / 320
    for name, stroke in SIGNS.items():
        touch(page, [(x * scale, y * scale) for x, y in stroke])
        teach(page, name)
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    touch(page, moved(CROSS, scale))
    page.locator(ANSWER).filter(has_text="This is cross").wait_for()
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    boxes = [page.locator(each).bounding_box() for each in (".strip", "canvas.upper-canvas", ANSWER)]
    boxes.append(page.get_by_placeholder(NAME).bounding_box())
    assert [box["y"] for box in boxes] == sorted(box["y"] for box in boxes)
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= height for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_those_who_cannot_draw_teach_samples_by_keyboard(open_page):
    page = open_page("teach")
    for name in ("first", "second"):
        page.get_by_role("button", name="Sample").focus()
        page.keyboard.press("Enter")
        page.get_by_text("A sample, KANNADA LETTER").wait_for()
        page.get_by_placeholder(NAME).focus()
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        page.get_by_text(f"{name} is taught.").wait_for()
    page.get_by_role("button", name="Sample").focus()
    page.keyboard.press("Enter")
    page.locator(ANSWER).wait_for()


def test_what_cannot_be_taught_is_said_where_the_name_is(open_page):
    page = open_page("teach")
    page.get_by_placeholder(NAME).fill("nothing")
    page.keyboard.press("Enter")
    page.get_by_text("There is nothing drawn yet: draw the character first.").wait_for()
    draw(page, HOOK)
    teach(page, "<b>hook</b>")
    draw(page, BOX)
    page.get_by_role("button", name="Clear", disabled=False).wait_for()
    page.get_by_placeholder(NAME).fill("<b>hook</b>")
    page.keyboard.press("Enter")
    page.get_by_text("There is a character called <b>hook</b> already").wait_for()
    page.get_by_role("button", name="One more example of <b>hook</b>").click()
    page.get_by_text("<b>hook</b> has one more example.").wait_for()
    page.get_by_text("My alphabet: 1 character, 2 examples").wait_for()


def test_an_alphabet_is_exported_and_another_group_tests_it(open_page, tmp_path):
    page = open_page("teach")
    for name, stroke in SIGNS.items():
        draw(page, stroke)
        teach(page, name)
    page.get_by_role("button", name="Share").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as a file").click()
    file = tmp_path / "moon.json"
    download.value.save_as(file)
    assert [c["name"] for c in json.loads(file.read_text())["alphabets"][0]["characters"]] == list(SIGNS)
    page.get_by_role("button", name="Share with the class").click()
    page.get_by_text("The class has a copy").wait_for()

    other = open_page("teach?set=own-my-alphabet")
    other.get_by_text("My alphabet: 3 characters, 3 examples").wait_for()
    assert other.get_by_placeholder(NAME).count() == 0
    other.get_by_role("button", name="Share").click()
    hostile = tmp_path / "hostile.json"
    hostile.write_text('{"format": "siamese-alphabets", "version": 1, "name": ["<img src=x onerror=alert(1)>"]}')
    other.locator("input[type=file]").set_input_files(hostile)
    other.get_by_text("hostile.json has no alphabets that can be read: the set has no name").wait_for()
    other.locator("input[type=file]").last.set_input_files(file)
    other.wait_for_url(re.compile("set=private-"))
    other.keyboard.press("Escape")
    draw(other, moved(BOX))
    other.locator(ANSWER).filter(has_text="This is box").wait_for()
