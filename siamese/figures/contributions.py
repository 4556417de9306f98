"""Figure of a logit: the bias of the head and the contributions of all values of the embedding, added up one by one."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from siamese.figures.style import lay_out, palette

PROTOCOL = "The values of the embedding, those that contribute most first; the line begins at the bias of the head."


def order(parts: np.ndarray) -> np.ndarray:
    """The values of the embedding by their contributions (d,), the largest first, whatever their sign."""
    return np.argsort(-np.abs(parts), kind="stable")


def running_sum(parts: np.ndarray, bias: float) -> np.ndarray:
    """The bias, then the sum after each contribution (d,) in this order, float64 (d + 1,). The last is the logit."""
    return bias + np.concatenate([[0.0], np.cumsum(parts[order(parts)].astype(np.float64))])


def logit(parts: np.ndarray, bias: float, dark: bool, scale: float = 1.0) -> go.Figure:
    """The running sum of contributions (d,), from the bias to the logit."""
    figure, colours = go.Figure(), palette(dark)
    sums, ranked = running_sum(parts, bias), order(parts)
    hover = "%{x:,} values: %{y:.2f}<br>value %{customdata[0]:,} adds %{customdata[1]:.3f}<extra></extra>"
    figure.add_scatter(
        x=np.arange(1, len(sums)),
        y=sums[1:],
        customdata=np.column_stack([ranked + 1, parts[ranked]]),
        mode="lines",
        name="sum so far",
        line={"color": colours.network, "width": 3},
        hovertemplate=hover,
    )
    for name, value, place in (("bias", bias, 0), ("logit", float(sums[-1]), len(parts))):
        figure.add_scatter(
            x=[place],
            y=[value],
            mode="markers+text",
            name=name,
            text=[f"{name} {value:.2f}".replace("-", "−")],
            textposition="middle left" if name == "bias" else "top left",
            marker={"color": colours.ink, "size": 11},
            hoverinfo="skip",
            showlegend=False,
        )
    figure.add_hline(y=0, line={"color": colours.muted, "width": 1, "dash": "dot"})
    lay_out(figure, dark, "How the logit adds up", PROTOCOL, "values added", "sum", scale=scale)
    figure.update_layout(showlegend=False)
    figure.update_xaxes(range=[-0.34 * len(parts), 1.03 * len(parts)], tickformat=",", tickvals=_ticks(len(parts)))
    low, high = min(0.0, float(sums.min())), max(0.0, float(sums.max()))
    margin = 0.12 * (high - low or 1.0)
    figure.update_yaxes(range=[low - margin, high + margin])
    return figure


def _ticks(count: int) -> list[int]:
    """Round numbers of values, from none to this count: the axis has room for a label before it begins."""
    step = 10 ** max(0, len(str(count)) - 1)
    return list(range(0, count + 1, step))
