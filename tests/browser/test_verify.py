"""The Verify page in a real browser: drawings by mouse and by finger, samples by keyboard, a company's signatures."""

from __future__ import annotations

import re

import pytest

ANSWER = ".answer:not(.waiting) .sentence"
HOOK = [(0.2, 0.25), (0.5, 0.2), (0.75, 0.35), (0.55, 0.55), (0.5, 0.8)]
CROSS = [[(0.2, 0.2), (0.8, 0.8)], [(0.8, 0.2), (0.2, 0.8)]]
"""Strokes as shares of the canvas's side."""


def points(page, place: int, stroke) -> list[tuple[float, float]]:
    """The stroke in px of the page, on the canvas at this place."""
    paper = page.locator("canvas.upper-canvas").nth(place)
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]


def mouse(page, place: int, stroke) -> None:
    (x, y), *rest = points(page, place, stroke)
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(x, y, steps=3)
    page.mouse.up()


def finger(page, place: int, stroke) -> None:
    """The stroke by touch events, as a phone sends them."""
    devtools = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(points(page, place, stroke)):
        kind = "touchMove" if number else "touchStart"
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(30)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def answer(page) -> str:
    page.locator(ANSWER).wait_for()
    return page.locator(ANSWER).inner_text()


@pytest.mark.parametrize(
    ("pen", "options"),
    [(mouse, {}), (mouse, {"width": 390, "height": 844}), (finger, {"width": 390, "height": 844, "has_touch": True})],
    ids=["mouse", "mouse on a phone's width", "touch"],
)
def test_two_drawings_of_one_character_are_the_same_and_another_is_different(open_ready, pen, options):
    page = open_ready("verify", **options)
    pen(page, 0, HOOK)
    page.get_by_text("Now make the second drawing").wait_for()
    pen(page, 1, [(x + 0.04, y - 0.03) for x, y in HOOK])
    assert answer(page).startswith("The same character, similarity")
    assert "the identical number" in page.locator(".answer .note").inner_text()
    one, other = page.locator(".why .figure").first.inner_text().split()
    assert one == other
    page.locator(".st-key-verify_second_side").get_by_role("button", name="Clear").click()
    page.locator(".answer.waiting").wait_for()
    for stroke in CROSS:
        pen(page, 1, stroke)
    page.locator(ANSWER).filter(has_text="Different characters").wait_for()


def test_swapping_keeps_the_number_and_exchanges_the_ink(open_ready):
    page = open_ready("verify")
    mouse(page, 0, HOOK)
    mouse(page, 1, CROSS[0])  # one stroke, so that the first answer is the last
    before = answer(page)
    inputs = page.locator(".why .pixels").evaluate_all("cards => cards.map(card => card.style.backgroundImage)")
    page.get_by_role("button", name="Swap the drawings").click()
    page.wait_for_function(
        "first => document.querySelector('.why .pixels').style.backgroundImage === first", arg=inputs[1]
    )
    assert answer(page) == before
    after = page.locator(".why .pixels").evaluate_all("cards => cards.map(card => card.style.backgroundImage)")
    assert after == inputs[::-1]


def test_the_keyboard_alone_gets_an_answer(open_ready):
    page = open_ready("verify?alphabet=Runic")
    page.get_by_role("button", name="Sample pair").focus()
    page.keyboard.press("Enter")
    assert re.match(r"(The same character|Different characters), similarity", answer(page))
    assert re.match(r"(Right|Wrong): ", page.locator(".answer .note").inner_text())


@pytest.mark.parametrize(("width", "height"), [(360, 640), (390, 844)])
def test_both_papers_and_the_answer_fit_a_phone(open_ready, width, height):
    page = open_ready("verify", width=width, height=height, has_touch=True)
    page.get_by_role("button", name="Sample pair").click()
    answer(page)
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    papers = page.locator("canvas.upper-canvas")
    boxes = [papers.nth(0).bounding_box(), papers.nth(1).bounding_box(), page.locator(ANSWER).bounding_box()]
    tops = [box["y"] for box in boxes]
    assert tops == sorted(tops)
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= height for box in boxes)


def test_a_new_person_signs_once_and_is_on_file(open_page):
    """That the next signature is recognised is tested in tests/pages/test_verify_page.py."""
    page = open_page("verify?part=company", width=390, height=844, has_touch=True)
    page.get_by_text("Sign with the initials").wait_for()
    finger(page, 0, HOOK)  # one stroke: of two, the first alone could be put on file
    page.locator(ANSWER).wait_for()
    page.get_by_label("A new person signs").fill("Zoë")
    page.get_by_role("button", name="Put on file").click()
    page.get_by_text("Zoë is on file now").wait_for()
    page.locator(".tile").filter(has_text="Zoë").wait_for()
