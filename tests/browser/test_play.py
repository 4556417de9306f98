"""Play in Chromium: two students and the teacher at once, by mouse, by touch and by keyboard alone."""

from __future__ import annotations

import itertools
import re

import pytest

from siamese.ui.play.picture_buttons import KEYS
from tests.browser.server import draw
from tests.hostile.payloads import PAYLOADS

QUESTION = ".st-key-play_quiz_0 button:enabled"
SHAPE = [(80, 100), (120, 70), (200, 80), (220, 140), (150, 180), (120, 230), (220, 240)]

_numbers = itertools.count(1)


@pytest.fixture
def join(open_page):
    """A function that opens a view of Play for a new person, and returns the page and the nickname."""

    def open_view(view: str, nickname: str = "", **options):
        page = open_page(f"play?view={view}&ways=5", **options)
        nickname = nickname or f"Person {next(_numbers)}"
        page.get_by_label("Nickname").fill(nickname)
        page.keyboard.press("Enter")
        page.get_by_label("Nickname").wait_for(state="detached")
        return page, nickname

    return open_view


def answer(page, key: str) -> None:
    """Answer a question by a key, and go on to the next one."""
    page.locator(QUESTION).wait_for(timeout=180_000)
    page.wait_for_timeout(200)
    page.keyboard.press(key)
    page.locator(".verdict").filter(has_text=re.compile("Right|Wrong")).wait_for()
    page.locator(".st-key-play-next button").wait_for()
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    page.locator(".verdict").wait_for(state="detached")


def test_a_round_is_played_with_the_keyboard_alone(join):
    page, _ = join("quiz")
    start = page.get_by_role("button", name="Start", exact=True)
    start.and_(page.locator(":enabled")).wait_for(timeout=180_000)
    for _ in range(60):
        if start.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for number in range(10):
        answer(page, KEYS[number % 5].lower())
    page.locator(".comparison").first.wait_for()
    assert re.search(r"\d+ of 10, \d+\s% \(\d+ to \d+\)", page.locator(".comparison").first.inner_text())
    assert "95.5" in page.locator(".note").filter(has_text="Lake").first.inner_text()


def test_a_class_plays_telephone_and_the_board_follows(join, open_page):
    teacher = open_page("play?view=board")
    first, ada = join("telephone")
    second, bob = join("name")
    first.get_by_role("button", name="Show it").click()
    first.locator(".glimpse").wait_for()
    first.get_by_role("button", name="Draw it").click()
    draw(first, SHAPE)
    done = first.get_by_role("button", name="Done")
    done.and_(first.locator(":enabled")).wait_for(timeout=180_000)
    done.click()
    first.get_by_text("the network").first.wait_for()
    second.locator(".st-key-play_naming_0 button:enabled").wait_for()  # without a reload
    second.locator(".st-key-play_naming_0 button").click()
    second.locator(".verdict").filter(has_text="The network").wait_for()
    teacher.locator(".ranking").filter(has_text=ada).filter(has_text=bob).wait_for()
    teacher.get_by_text("The class's own drawings").wait_for()
    teacher.get_by_role("button", name="Teacher's tools").click()
    teacher.get_by_label("Hide a nickname").click()
    teacher.get_by_role("option", name=ada, exact=True).click()
    teacher.get_by_role("button", name="Hide", exact=True).click()
    teacher.locator(".ranking").filter(has_not_text=ada).wait_for()
    first.reload()
    first.get_by_text("The teacher has hidden your nickname").wait_for()


def test_a_phone_that_reloads_the_page_is_known_again(join):
    page, nickname = join("quiz")
    page.get_by_text("Board", exact=True).click()
    page.locator(".ranking .own").filter(has_text=nickname).wait_for()
    page.reload()
    page.locator(".ranking .own").filter(has_text=nickname).wait_for()


def touch(page, points: list[tuple[float, float]]) -> None:
    """One stroke of a finger on the canvas, by Chromium's own touch events."""
    paper = page.locator("canvas.upper-canvas")
    paper.scroll_into_view_if_needed()
    box, devtools = paper.bounding_box(), page.context.new_cdp_session(page)
    scale = box["width"] / 320
    for number, (x, y) in enumerate(points):
        at = [{"x": box["x"] + x * scale, "y": box["y"] + y * scale}]
        devtools.send("Input.dispatchTouchEvent", {"type": "touchMove" if number else "touchStart", "touchPoints": at})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 640)])
def test_break_it_is_played_with_a_finger(join, width, height):
    page, _ = join("break", width=width, height=height, has_touch=True, is_mobile=True)
    page.locator("canvas.upper-canvas").wait_for()
    page.wait_for_timeout(500)
    touch(page, SHAPE)
    page.locator(".answer .sentence").filter(has_text=re.compile("The network (says|takes|still)")).wait_for(
        timeout=180_000
    )
    ask = page.get_by_role("button", name="Ask classmates")
    if ask.is_enabled():
        ask.tap()
        page.get_by_text("Sent. You get the point").wait_for()
    page.get_by_role("button", name="Another character").tap()
    page.get_by_text("The network answers each time").wait_for()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 640)])
def test_question_and_choices_fit_a_phone(join, width, height):
    page, _ = join("quiz", width=width, height=height, has_touch=True)
    page.get_by_text("20", exact=True).first.click()
    start = page.get_by_role("button", name="Start", exact=True)
    start.and_(page.locator(":enabled")).wait_for(timeout=180_000)
    start.click()
    page.locator(".st-key-play_quiz_19 button:enabled").wait_for()
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    boxes = [page.locator(selector).bounding_box() for selector in (".asked", ".clock", ".st-key-play_quiz_19 button")]
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= height for box in boxes)
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    assert boxes[2]["width"] >= 44  # a finger
    page.locator(".st-key-play_quiz_7 button").tap()
    page.locator(".verdict").wait_for()
    box = page.locator(".st-key-play-next button").bounding_box()
    assert box["y"] + box["height"] <= height


def test_payloads_as_nicknames_run_nowhere(app, open_page):
    shown = 0
    page = open_page("play")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for payload in PAYLOADS[::8]:
        page.context.clear_cookies()
        page.goto(f"{app}/play")
        page.get_by_label("Nickname").fill(payload[:24])
        page.keyboard.press("Enter")
        page.locator(".stAlert, .st-key-person_cookie").first.wait_for(state="attached")
        if page.locator(".st-key-person_cookie").count():  # else not printable, or taken: the page says so
            page.wait_for_function("document.cookie.includes('siamese_person')")
            shown += 1
    page.goto(f"{app}/play?view=board")
    page.locator(".ranking").wait_for()
    page.get_by_role("button", name="Teacher's tools").click()
    page.get_by_label("Hide a nickname").click()
    page.wait_for_timeout(500)
    assert shown > len(PAYLOADS[::8]) / 2
    assert page.locator(".ranking").filter(has_text="<img src=x").count() == 1
    assert page.evaluate("() => window.ran") is None
    assert page.evaluate("() => document.querySelectorAll('[src*=evil], [href*=evil], img[src=x]').length") == 0
    assert dialogs == []


def test_a_drawing_made_with_a_finger_is_named_with_the_keyboard_alone(join):
    first, _ = join("telephone", width=390, height=844, has_touch=True, is_mobile=True)
    second, _ = join("name")
    first.get_by_role("button", name="Show it").tap()
    first.locator(".glimpse").wait_for()
    first.get_by_role("button", name="Draw it").tap()
    touch(first, SHAPE)
    done = first.get_by_role("button", name="Done").and_(first.locator(":enabled"))
    done.wait_for(timeout=180_000)
    box = done.bounding_box()
    assert box["x"] + box["width"] <= 390
    done.tap()
    first.locator("text=the network >> visible=true").first.wait_for()
    second.locator(".st-key-play_naming_0 button:enabled").wait_for()
    second.wait_for_timeout(200)
    second.keyboard.press(KEYS[0].lower())
    verdict = second.locator(".verdict").filter(has_text=re.compile("Right|Wrong"))
    verdict.wait_for()
    second.wait_for_timeout(200)
    second.keyboard.press("Enter")
    verdict.wait_for(state="detached")
