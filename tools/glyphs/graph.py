"""A one-pixel line as a graph: ends and junctions, and the lines between them."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

_EIGHT = np.ones((3, 3), int)


class Graph:
    """Nodes (ends and junctions) and the lines between them: float (points, 2), from the first to the second node."""

    def __init__(self) -> None:
        self.nodes: dict[int, np.ndarray] = {}
        self.edges: dict[int, tuple[int, int, np.ndarray]] = {}
        self._next = 0

    def add_node(self, place: np.ndarray) -> int:
        self._next += 1
        self.nodes[self._next] = np.asarray(place, float)
        return self._next

    def add_edge(self, first: int, second: int, points: np.ndarray) -> int:
        self._next += 1
        self.edges[self._next] = (first, second, points)
        return self._next

    def ends_at(self, node: int) -> list[tuple[int, int]]:
        """(edge, side) of every line that ends at a node; a loop is listed twice."""
        return [(key, side) for key, edge in self.edges.items() for side in (0, 1) if edge[side] == node]

    def outward(self, edge: int, side: int) -> np.ndarray:
        """Points of a line, starting from its end `side`."""
        points = self.edges[edge][2]
        return points if side == 0 else points[::-1]

    def join(self, node: int) -> None:
        """Join the two lines that meet at a node, and remove the node."""
        (a, side_a), (b, side_b) = self.ends_at(node)
        if a == b:
            return
        points = np.concatenate([self.outward(a, side_a)[::-1], self.outward(b, side_b)[1:]])
        far = self.edges[a][1 - side_a], self.edges[b][1 - side_b]
        del self.edges[a], self.edges[b], self.nodes[node]
        self.add_edge(*far, points)

    def join_plain_nodes(self) -> None:
        for node in list(self.nodes):
            if len(self.ends_at(node)) == 2:
                self.join(node)


def graph_of(line: np.ndarray) -> Graph:
    """The graph of a one-pixel line."""
    neighbours = ndimage.convolve(line.astype(int), _EIGHT, mode="constant") - 1
    graph = Graph()
    node_of = np.zeros(line.shape, int)
    groups, count = ndimage.label(line & (neighbours != 2), structure=_EIGHT)
    for group in range(1, count + 1):
        pixels = np.argwhere(groups == group)
        node_of[tuple(pixels.T)] = graph.add_node(pixels.mean(axis=0)[::-1])
    paths, count = ndimage.label(line & (neighbours == 2), structure=_EIGHT)
    for path, window in enumerate(ndimage.find_objects(paths), start=1):
        corner = np.array([window[0].start, window[1].start])
        pixels = _walk(np.argwhere(paths[window] == path) + corner)
        touching = [_node_next_to(node_of, pixels[side]) for side in (0, -1)]
        points = pixels[:, ::-1].astype(float)
        if len(pixels) == 1:
            near = sorted({int(n) for n in _around(node_of, pixels[0]).ravel() if n})
            touching = near[:2] if len(near) > 1 else touching
        if not touching[0]:  # a ring has no nodes of its own; start at the top, as most people do
            top = int(np.argmin(points[:, 1]))
            points = np.concatenate([points[top:], points[: top + 1]])
            touching = [graph.add_node(points[0])] * 2
        graph.add_edge(
            touching[0], touching[1], np.concatenate([[graph.nodes[touching[0]]], points, [graph.nodes[touching[1]]]])
        )
    return graph


def _walk(pixels: np.ndarray) -> np.ndarray:
    """Pixels (n, 2) of a path, in the order along the path."""
    left = {tuple(p) for p in pixels.tolist()}

    def neighbours(p: tuple[int, int]) -> list[tuple[int, int]]:
        steps = ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))
        return [q for dy, dx in steps if (q := (p[0] + dy, p[1] + dx)) in left]

    start = min((p for p in left if len(neighbours(p)) < 2), default=min(left))
    order = [start]
    left.remove(start)
    while following := neighbours(order[-1]):
        order.append(following[0])
        left.remove(following[0])
    return np.array(order)


def _around(image: np.ndarray, pixel: np.ndarray) -> np.ndarray:
    y, x = pixel
    return image[y - 1 : y + 2, x - 1 : x + 2]


def _node_next_to(node_of: np.ndarray, pixel: np.ndarray) -> int:
    return int(_around(node_of, pixel).max())


def length(points: np.ndarray) -> float:
    """Length of a line of points (points, 2)."""
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def at_length(points: np.ndarray, along: float | np.ndarray) -> np.ndarray:
    """The point(s) of a line that lie `along` from its start."""
    travelled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    return np.stack([np.interp(along, travelled, points[:, 0]), np.interp(along, travelled, points[:, 1])], axis=-1)
