"""What can be seen and taken away: charts, tables, files, recorded results."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from siamese.evaluation import results
from siamese.figures import style
from siamese.ui import models


def dark() -> bool:
    """Whether the browser shows the dark theme."""
    return st.context.theme.type == "dark"


def chart(figure: go.Figure, name: str, words: str) -> None:
    """A figure; its camera saves it under `name`, in the form chosen in `take_away`."""
    picture = st.session_state.get("picture") or "png"
    st.plotly_chart(figure, theme=None, key=f"chart {name}", config=style.config(name, picture), alt=words)


def take_away(
    name: str, rows: Sequence[Mapping[str, Any]], about: Mapping[str, Any], picture: bytes | None = None
) -> None:
    """Buttons that save the figures as CSV and JSON and a picture (PNG), or the form in which the charts' cameras save theirs."""
    with st.container(key="away", horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            "CSV",
            as_csv(rows),
            f"{name}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            disabled=not rows,
        )
        content = json.dumps({**about, "rows": list(rows)}, indent=1, ensure_ascii=False)
        st.download_button(
            "JSON",
            content,
            f"{name}.json",
            "application/json",
            icon=":material/download:",
            on_click="ignore",
            disabled=not rows,
        )
        if picture is not None:
            st.download_button(
                "Picture", picture, f"{name}.png", "image/png", icon=":material/download:", on_click="ignore"
            )
        else:
            st.segmented_control(
                "Pictures",
                ["png", "svg"],
                format_func=str.upper,
                required=True,
                default="png",
                key="picture",
                label_visibility="collapsed",
            )
            st.html(
                '<p class="note">The camera above a chart saves it. The link in the address bar brings this set-up back.</p>'
            )


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of equal keys as CSV."""
    text = io.StringIO()
    if rows:
        table = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return text.getvalue()


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """HTML of a table: names on the left, figures on the right. Texts are escaped."""
    cells = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<table class="figures"><thead><tr>{"".join(f"<th>{html.escape(h)}</th>" for h in head)}</tr></thead><tbody>{cells}</tbody></table>'


def capital(words: str) -> str:
    """Words with a capital at their head, and the others as they are."""
    return words[:1].upper() + words[1:]


def interval(figures: Mapping[str, Any]) -> str:
    """A 95 % interval in words."""
    return f"{100 * figures['low']:.1f} to {100 * figures['high']:.1f}"


@st.cache_data(show_spinner=False)
def _read(changed: float) -> dict[str, Any] | None:
    return results.load(results.FILE)


def recorded() -> dict[str, Any] | None:
    """The recorded results, if they are there; `origin` says whether they are of the weights that answer."""
    try:
        return _read(results.FILE.stat().st_mtime)
    except FileNotFoundError:
        return None


def origin(from_record: bool, anything: bool) -> None:
    """One line on where the figures shown come from."""
    made = (recorded() or {}).get("made")
    if not anything:
        words = "" if made else "No results are recorded yet: `make results` records them."
        words = re.sub("`(.*)`", r"<code>\1</code>", words)
    elif from_record and made:
        matcher = models.matcher()
        other = matcher is not None and matcher.record["sha256"] != made["weights_sha256"]
        warn = " <b>They are of other weights than the ones that answer here: measure again.</b>" if other else ""
        words = f"Recorded on {html.escape(made['date'])} by <code>{html.escape(made['command'])}</code>.{warn}"
    else:
        words = "Measured here."
    st.html(f'<p class="note">{words}</p>')


def file_name(*words: str) -> str:
    """A name for files from these words."""
    return re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")
