"""Lesson: docs/lesson.md step by step, each with the pages to which it brings the class."""

from __future__ import annotations

import streamlit as st

from siamese.ui import lesson, messages, page, state, teacher

page.opening(
    "Lesson",
    "45 minutes on learning from one example, in five steps. "
    "Each step sets its pages up; with the passphrase, for the whole class.",
)
if teacher.configured() and not teacher.is_teacher():
    st.html('<p class="note">Enter the passphrase under Teacher, and the buttons bring the class along.</p>')
place = 0
for step in lesson.steps():
    with st.container(key=f"step_{step.number}"):
        st.header(f"{step.number}. {step.title}", anchor=False)
        st.html(f'<p class="note">Minutes {step.begins} to {step.begins + step.minutes}</p>')
        for stop in step.stops:
            lesson.go_ui(stop.label, place, f"lesson:{place}")
            place += 1
        with st.container(width=720):
            messages.document(step.text)
state.share("home")
