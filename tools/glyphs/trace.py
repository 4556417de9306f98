"""Ink -> strokes: thin a glyph to its centre line, then divide that into strokes as a pen would draw them.

The centre line is a graph of ends and junctions. The artefacts of thinning are removed: spurs at corners, crossings
split into two junctions, shortened ends, lines bent at junctions. Lines that continue straight through a junction
become one stroke.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import ndimage
from skimage.morphology import skeletonize

from tools.glyphs.graph import Graph, at_length, graph_of, length

SPUR_WIDTHS = 0.35  # a branch that leaves its stroke by less than this is an artefact; in stroke widths
JUNCTION_WIDTHS = 1.05  # junctions that are closer than this, along their line, are one; in stroke widths
DIRECTION_WIDTHS = 1.3  # the distance from a junction at which a line's direction is measured; in stroke widths
MAX_TURN_DEGREES = 50.0  # a line that turns by less than this at a junction continues as the same stroke


@dataclasses.dataclass(frozen=True)
class Traced:
    """Strokes and where they meet.

    strokes: each float (points, 2), x right and y down, in pixels of the traced ink; a dot has one point.
    meetings: groups of (stroke, point), the points that lie on the same junction.
    width: the pen's width in the same pixels.
    """

    strokes: tuple[np.ndarray, ...]
    meetings: tuple[tuple[tuple[int, int], ...], ...]
    width: float


def trace(ink: np.ndarray) -> Traced:
    """Strokes of ink (height, width) bool. Raises ValueError when there is none."""
    if not ink.any():
        raise ValueError("There is no ink to trace.")
    ink = np.pad(ink.astype(bool), 2)
    depth = ndimage.distance_transform_edt(ink)
    line = skeletonize(ink)
    width = 2 * float(np.median(depth[line]))
    graph = graph_of(line)
    graph.join_plain_nodes()
    _prune(graph, depth, width)
    _merge_junctions(graph, width)
    _prune(graph, depth, width)
    _straighten_at_junctions(graph, width)
    _lengthen_ends(graph, ink, width)
    strokes, meetings = _strokes_of(graph, width)
    return Traced(tuple(stroke - 2 for stroke in strokes), meetings, width)


def _prune(graph: Graph, depth: np.ndarray, width: float) -> None:
    """Remove branches that hardly leave the stroke they start from, the shortest first."""
    while True:
        spurs = []
        for key, (a, b, points) in graph.edges.items():
            for side, (end, other) in enumerate(((a, b), (b, a))):
                if a != b and len(graph.ends_at(end)) == 1 and len(graph.ends_at(other)) > 1:
                    out = length(points) + _depth_at(depth, graph.nodes[end]) - _depth_at(depth, graph.nodes[other])
                    if out < SPUR_WIDTHS * width:
                        spurs.append((out, key, end, other, side))
        if not spurs:
            return
        _, key, end, other, _ = min(spurs)
        del graph.edges[key], graph.nodes[end]
        if len(graph.ends_at(other)) == 2:
            graph.join(other)


def _depth_at(depth: np.ndarray, place: np.ndarray) -> float:
    x, y = np.rint(place).astype(int)
    return float(depth[y, x])


def _merge_junctions(graph: Graph, width: float) -> None:
    """Join two junctions that thinning has separated."""
    while True:
        short = [
            (length(points), key)
            for key, (a, b, points) in graph.edges.items()
            if a != b
            and length(points) < JUNCTION_WIDTHS * width
            and len(graph.ends_at(a)) > 2
            and len(graph.ends_at(b)) > 2
        ]
        if not short:
            return
        a, b, _ = graph.edges.pop(min(short)[1])
        graph.nodes[a] = (graph.nodes[a] + graph.nodes.pop(b)) / 2
        for key, (first, second, points) in list(graph.edges.items()):
            points = points.copy()
            first, second = (a if first == b else first), (a if second == b else second)
            if first == a:
                points[0] = graph.nodes[a]
            if second == a:
                points[-1] = graph.nodes[a]
            graph.edges[key] = (first, second, points)


def _straighten_at_junctions(graph: Graph, width: float) -> None:
    """Replace the ends of lines at a junction, which thinning has bent, by straight ones."""
    for node in graph.nodes:
        ends = graph.ends_at(node)
        if len(ends) < 3:
            continue
        for edge, side in ends:
            points = graph.outward(edge, side)
            total = length(points)
            cut = min(0.6 * width, 0.4 * total)
            travelled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
            points = np.concatenate([[graph.nodes[node]], points[travelled >= cut]])
            a, b, _ = graph.edges[edge]
            graph.edges[edge] = (a, b, points if side == 0 else points[::-1])


def _lengthen_ends(graph: Graph, ink: np.ndarray, width: float) -> None:
    """Continue ends, which thinning shortens or bends into a corner, straight to half a width from the ink's edge."""
    for node in list(graph.nodes):
        ends = graph.ends_at(node)
        if len(ends) != 1:
            continue
        edge, side = ends[0]
        points = graph.outward(edge, side)
        for cut, window in ((0.75, 0.75), (0.4, 0.4)):  # a short line next to a corner has only a short straight part
            new = _straight_end(points, ink, width, cut * width, window * width)
            if new is not None:
                graph.nodes[node] = new[0]
                a, b, _ = graph.edges[edge]
                graph.edges[edge] = (a, b, new if side == 0 else new[::-1])
                break


def _straight_end(points: np.ndarray, ink: np.ndarray, width: float, cut: float, window: float) -> np.ndarray | None:
    """Points with the first `cut` px made straight and continued to the edge of the ink; None if the line would lose a
    part.
    """
    total = length(points)
    if total < cut + window:
        return None
    start = at_length(points, cut)
    heading = start - at_length(points, cut + window)
    if not heading.any():
        return None
    heading /= np.linalg.norm(heading)
    reach = 0.0
    while reach < 2.5 * width and ink[tuple(np.rint(start + heading * (reach + 1))[::-1].astype(int))]:
        reach += 1.0
    if reach - width / 2 < 0.7 * cut:
        return None
    travelled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    return np.concatenate([[start + heading * (reach - width / 2), start], points[travelled > cut]])


def _strokes_of(graph: Graph, width: float) -> tuple[list[np.ndarray], tuple[tuple[tuple[int, int], ...], ...]]:
    """Strokes, smoothed and resampled, from lines that continue straight through junctions; and where strokes meet."""
    partner: dict[tuple[int, int], tuple[int, int]] = {}
    for node in graph.nodes:
        partner.update(_pair_up(graph, node, width))
    strokes: list[np.ndarray] = []
    at_node: dict[int, list[tuple[int, int]]] = {node: [] for node in graph.nodes}
    used: set[int] = set()
    starts = [(key, side) for key in graph.edges for side in (0, 1) if (key, side) not in partner] + [
        (key, 0) for key in graph.edges
    ]
    for start in starts:
        if start[0] in used:
            continue
        points, passed = _chain(graph, start, partner, used)
        smooth = _smooth(points, width)
        for node, along in passed:
            at_node[node].append((len(strokes), round(along * (len(smooth) - 1))))
        strokes.append(smooth)
    for node, place in graph.nodes.items():
        if not at_node[node]:  # a node without lines is a dot
            at_node[node].append((len(strokes), 0))
            strokes.append(place[None])
    meetings = tuple(tuple(dict.fromkeys(group)) for group in at_node.values() if len(group) > 1)
    return strokes, meetings


def _pair_up(graph: Graph, node: int, width: float) -> dict[tuple[int, int], tuple[int, int]]:
    """Which lines continue as which others at a node, by their ends; the straightest pair first."""
    ends = graph.ends_at(node)
    headings = {}
    for edge, side in ends:
        points = graph.outward(edge, side)
        heading = at_length(points, DIRECTION_WIDTHS * width) - points[0]
        headings[edge, side] = heading / max(np.linalg.norm(heading), 1e-9)
    turns = sorted(
        (float(np.degrees(np.arccos(np.clip(-headings[p] @ headings[q], -1, 1)))), i, j)
        for i, p in enumerate(ends)
        for j, q in enumerate(ends)
        if i < j
    )
    paired: dict[tuple[int, int], tuple[int, int]] = {}
    for turn, i, j in turns:
        if (
            ends[i] not in paired
            and ends[j] not in paired
            and ends[i][0] != ends[j][0]
            and (turn < MAX_TURN_DEGREES or len(ends) == 2)
        ):
            paired[ends[i]], paired[ends[j]] = ends[j], ends[i]
    return paired


def _chain(
    graph: Graph, start: tuple[int, int], partner: dict[tuple[int, int], tuple[int, int]], used: set[int]
) -> tuple[np.ndarray, list[tuple[int, float]]]:
    """Points of a stroke that starts at a line's end, and (node, share of the length) of every node it passes."""
    pieces, nodes, lengths = [], [graph.edges[start[0]][start[1]]], [0.0]
    current: tuple[int, int] | None = start
    while current is not None and current[0] not in used:
        edge, side = current
        used.add(edge)
        piece = graph.outward(edge, side)
        through = current in partner and bool(pieces)
        pieces.append(piece[1:] if through else piece)
        lengths.append(lengths[-1] + length(piece))
        nodes.append(graph.edges[edge][1 - side])
        current = partner.get((edge, 1 - side))
    total = max(lengths[-1], 1e-9)
    return np.concatenate(pieces), [(node, along / total) for node, along in zip(nodes, lengths, strict=True)]


def _smooth(points: np.ndarray, width: float) -> np.ndarray:
    """The line as evenly spaced points, without its pixel steps; the ends stay where they are."""
    total = length(points)
    if total < 0.35 * width:
        return points.mean(axis=0)[None]
    step = width / 4
    even = at_length(points, np.linspace(0, total, max(3, round(total / step) + 1)))
    closed = np.allclose(even[0], even[-1])
    padded = even if closed else np.concatenate([2 * even[0] - even[3:0:-1], even, 2 * even[-1] - even[-2:-5:-1]])
    blurred = ndimage.gaussian_filter1d(
        padded[:-1] if closed else padded, 1.2, axis=0, mode="wrap" if closed else "nearest"
    )
    if closed:
        return np.concatenate([blurred, blurred[:1]])
    extra = min(3, len(even) - 1)
    return np.concatenate([even[:1], blurred[extra : extra + len(even)][1:-1], even[-1:]])
