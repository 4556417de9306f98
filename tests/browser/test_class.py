"""A class in a real browser: the QR code on Start, a teacher and two students, one of them on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from siamese.ui import lesson
from tests.browser.server import serve

PASSPHRASE = "otter-lemon-castle"
PHONE = {"width": 390, "height": 844, "has_touch": True}


@pytest.fixture(scope="module")
def class_app(tmp_path_factory) -> Iterator[str]:
    """An app that is open to the network."""
    with serve(tmp_path_factory.mktemp("class"), "0.0.0.0", SIAMESE_TEACHER=PASSPHRASE) as address:
        yield address


@pytest.fixture
def app(class_app) -> str:
    """Overrides the one of conftest.py."""
    return class_app


@pytest.fixture
def teacher(open_page):
    """The page of a teacher who has entered her passphrase."""
    page = open_page("")
    unlock(page)
    return page


def unlock(page) -> None:
    """Enter the passphrase; the popover stays open."""
    panel(page)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Bring the class here").wait_for()


def panel(page) -> None:
    """Open the teacher's popover."""
    page.get_by_role("button", name="Teacher", exact=True).click()


def heading(page, title: str) -> None:
    """Wait until the page has this title."""
    page.get_by_role("heading", name=title, exact=True).wait_for()


def test_start_shows_the_address_and_its_code_to_a_projector_only(open_page):
    page = open_page("")
    code = page.locator(".join img")
    code.wait_for()
    assert code.evaluate("image => image.complete && image.naturalWidth > 0")
    assert code.bounding_box()["width"] >= 400
    address = page.locator(".join .url").inner_text()
    assert urlsplit(address).port == urlsplit(page.url).port
    assert float(page.locator(".join .url").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 36
    phone = open_page("", **PHONE)
    phone.locator(".lead").first.wait_for()
    assert not phone.locator(".join").is_visible()
    assert not phone.get_by_role("button", name="Teacher").is_visible()


def test_two_students_follow_the_teacher_with_her_choices(open_page, teacher):
    students = open_page(""), open_page("evaluate", **PHONE)
    teacher.get_by_text("Follow me").click()
    teacher.keyboard.press("Escape")
    teacher.get_by_role("link", name="Recognise", exact=True).click()
    for student in students:
        heading(student, "Recognise")
    teacher.get_by_role("link", name="Verify", exact=True).click()
    teacher.get_by_text("Signatures of a company").click()
    for student in students:
        heading(student, "Same or different")
        student.wait_for_url("**/verify?part=company")
        student.get_by_text("On file: one signature each").wait_for()
    late = open_page("train", **PHONE)
    heading(late, "Same or different")
    panel(teacher)
    teacher.get_by_text("Follow me").click()
    teacher.keyboard.press("Escape")
    teacher.wait_for_timeout(1500)
    teacher.get_by_role("link", name="Evaluate", exact=True).click()
    heading(teacher, "Evaluate")
    teacher.wait_for_timeout(3000)
    for student in students:
        heading(student, "Same or different")


def test_the_class_is_brought_to_a_page_without_what_it_does_not_need(open_page, teacher):
    student = open_page("recognise", **PHONE)
    heading(student, "Recognise")
    teacher.keyboard.press("Escape")
    teacher.get_by_role("link", name="Verify", exact=True).click()
    heading(teacher, "Same or different")
    panel(teacher)
    teacher.get_by_role("combobox", name="Hide from students").click()
    teacher.get_by_role("option", name="Samples").click()
    teacher.keyboard.press("Escape")  # closes the list of choices; the popover stays open
    teacher.wait_for_url("**/verify?hide=samples")
    teacher.get_by_role("button", name="Bring the class here").click()
    heading(student, "Same or different")
    student.locator("canvas.upper-canvas").first.wait_for()
    assert not student.get_by_role("button", name="Sample", exact=True).first.is_visible()
    assert student.get_by_role("button", name="Clear", exact=True).first.is_visible()
    assert teacher.get_by_role("button", name="Sample", exact=True).first.is_visible()


def test_a_drawing_is_kept_while_the_page_looks_where_the_teacher_is(open_page, teacher):
    student = open_page("recognise", **PHONE)
    box = student.locator("canvas.upper-canvas").bounding_box()
    student.mouse.move(box["x"] + 60, box["y"] + 60)
    student.mouse.down()
    student.wait_for_timeout(2500)  # two looks, while the pen is down
    student.mouse.move(box["x"] + 200, box["y"] + 200, steps=5)
    student.mouse.up()
    student.locator(".answer:not(.waiting) .sentence").wait_for(timeout=180_000)


def test_a_round_begins_and_ends_for_two_students_at_once(open_page, teacher):
    students = open_page("recognise"), open_page("", **PHONE)
    teacher.goto(f"{teacher.url.rstrip('/')}/play?view=board&ways=5&limit=10")
    unlock(teacher)
    teacher.keyboard.press("Escape")
    teacher.get_by_role("button", name="Start a round").click()
    teacher.get_by_role("button", name="Start for everyone").click()
    for number, student in enumerate(students):
        student.get_by_label("Nickname").fill(f"Student {number}")
        student.keyboard.press("Enter")
    for student in students:
        student.locator(".st-key-play_quiz_4 button:enabled").wait_for(timeout=180_000)
        student.get_by_text("Quiz, a round for everyone").wait_for()
    # Nobody answers: the time of the question runs out by itself.
    for student in students:
        student.locator(".verdict").filter(has_text="Too late").wait_for(timeout=30_000)
    teacher.get_by_role("button", name="End the round").click()
    for student in students:
        student.get_by_role("button", name="Play on alone").wait_for()
    teacher.get_by_role("button", name="Start a round").wait_for()
    students[1].get_by_role("button", name="Play on alone").click()
    students[1].get_by_role("button", name="Start", exact=True).wait_for()


def test_the_steps_of_the_lesson_bring_the_class_along(open_page, teacher):
    student = open_page("recognise", **PHONE)
    teacher.get_by_role("link", name="The lesson").click()
    heading(teacher, "1. Predict")
    titles = {"home": "One-shot learning", "play": "Play", "teach": "Teach it"}
    for number, (_, stop) in enumerate(lesson.stops()):
        if number == 0:
            teacher.get_by_role("button", name=stop.label).click()
        else:
            panel(teacher)
            teacher.locator(".st-key-lesson-next button").click()
        for page in (teacher, student):
            heading(page, titles.get(stop.page, stop.page.capitalize()))
            page.wait_for_function("link => link.every(part => location.search.includes(part))", arg=query(stop.link))


def query(link: dict[str, str]) -> list[str]:
    """The parts of an address with these parameters."""
    return [f"{name}={text}" for name, text in link.items()]
