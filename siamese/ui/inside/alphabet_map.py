"""A map of an alphabet: every drawing as a small picture where its embedding lies, the person's drawing among them.

By principal components at once, or by t-SNE, which takes some seconds.
"""

from __future__ import annotations

import base64
import collections
import dataclasses
import io
import threading
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from siamese.data.characters import CharacterSet
from siamese.evaluation import tsne
from siamese.evaluation.principal import Components
from siamese.ui.jobs import NEW, STOPPED, Job

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher

WIDTH_PX, HEIGHT_PX = 1200, 840
MARGIN_PX = 40
MIN_PICTURE_PX, MAX_PICTURE_PX = 22, 64
CHUNK_DRAWINGS = 64
MAX_MAPS = 12
"""Maps kept per server, 8 kB a drawing."""
PCA, TSNE = "pca", "tsne"
SEED = 1
"""Of t-SNE."""
EDGES = (0.02, 0.98)
"""Shares of the map between which a drawing is shown, wherever it lies."""
GREY, BLUE = 110, (0, 114, 178)
"""Ink of all drawings (0 is black), and RGB of those of the most similar character."""

_jobs: collections.OrderedDict[Hashable, Job[AlphabetMap]] = collections.OrderedDict()
_jobs_lock = threading.Lock()
_turn = threading.Lock()


@dataclasses.dataclass(frozen=True)
class AlphabetMap:
    """The map of the drawings of one alphabet, or how far it is.

    rows: of the drawings, int (n,); embeddings: float16 (done, d); iterations: of t-SNE.
    components: the two axes, None for t-SNE; points: float32 (n, 2), the drawings along them, or as t-SNE has arranged
    them so far. At the end there are places: (n, 2), x and y on the map as shares; picture: data URI of the drawings.
    """

    rows: np.ndarray
    embeddings: np.ndarray
    iterations: int = 0
    components: Components | None = None
    points: np.ndarray | None = None
    places: np.ndarray | None = None
    picture: str = ""

    @property
    def done(self) -> int:
        """Drawings embedded and iterations of t-SNE; the one takes about as long as the other."""
        return len(self.embeddings) + self.iterations

    def logits(self, matcher: Matcher, embedding: np.ndarray) -> np.ndarray:
        """Logits (n,) of the drawings, compared with an embedding (d,)."""
        return matcher.compare(embedding[None], self.embeddings.astype(np.float32))[0]

    def place(self, embedding: np.ndarray, logits: np.ndarray) -> tuple[float, float]:
        """Where an embedding (d,) lies that has these logits (n,), as shares; at the edge where it lies outside."""
        assert self.points is not None
        here = self.components.place(embedding[None]) if self.components else tsne.between(self.points, logits)[None]
        x, y = np.clip(_shares(here, self.points)[0], *EDGES)
        return float(x), float(y)

    def nearest(self, logits: np.ndarray) -> tuple[int, float]:
        """The row of the drawing with the largest of logits (n,), and that logit."""
        best = int(np.argmax(logits))
        return int(self.rows[best]), float(logits[best])


def job(matcher: Matcher, characters: CharacterSet, alphabet: str, kind: str = PCA) -> Job[AlphabetMap]:
    """The map of an alphabet by PCA or TSNE, ready or being made; one at a time on a server, kept for all visitors."""
    content = str(matcher.record["sha256"]), characters.digest, alphabet
    key = *content, kind
    rows = np.concatenate([characters.rows(member) for member in characters.members(alphabet)])

    def steps(value: AlphabetMap | None) -> Iterator[AlphabetMap]:
        done = AlphabetMap(rows, np.zeros((0, len(matcher.head_weights)), np.float16)) if value is None else value
        while len(done.embeddings) < len(rows):
            chunk = rows[len(done.embeddings) :][:CHUNK_DRAWINGS]
            embeddings = matcher.prepare(characters.drawings(chunk)).astype(np.float16)
            done = AlphabetMap(rows, np.concatenate([done.embeddings, embeddings]))
            yield done
        if kind == PCA:
            yield _along_components(done, characters)
            return
        for iterations, points in tsne.arrange(done.embeddings.astype(np.float32), SEED):
            done = dataclasses.replace(done, iterations=iterations, points=points)
            yield done
        yield _pictured(done, characters)

    with _jobs_lock:
        if key not in _jobs:
            total = len(rows) + (tsne.ITERATIONS if kind == TSNE else 0)
            _jobs[key] = Job("The map", steps, lambda value: (value.done if value else 0, total), turn=_turn)
            if (other := _jobs.get((*content, PCA))) is not None and other.value is not None:
                _jobs[key].value = AlphabetMap(rows, other.value.embeddings)
        _jobs.move_to_end(key)
        while len(_jobs) > MAX_MAPS:
            _jobs.popitem(last=False)[1].stop()
        own = _jobs[key]
    return own.start() if own.state in (NEW, STOPPED) else own


def highlight(alphabet_map: AlphabetMap, characters: CharacterSet, character: int) -> str:
    """Data URI of the drawings of one character on the map, in blue on nothing."""
    assert alphabet_map.places is not None
    chosen = characters.character_of[alphabet_map.rows] == character
    drawings = characters.drawings(alphabet_map.rows[chosen])
    ink = _sheet(drawings, alphabet_map.places[chosen], _picture_px(len(alphabet_map.rows)))
    colours = np.zeros((*ink.shape, 4), np.uint8)
    colours[..., :3], colours[..., 3] = BLUE, ink
    return _encoded(Image.fromarray(colours, "RGBA"))


def _along_components(done: AlphabetMap, characters: CharacterSet) -> AlphabetMap:
    vectors = done.embeddings.astype(np.float32)
    components = Components.of(vectors, 2)
    return _pictured(dataclasses.replace(done, components=components, points=components.place(vectors)), characters)


def _pictured(done: AlphabetMap, characters: CharacterSet) -> AlphabetMap:
    assert done.points is not None
    places = _shares(done.points, done.points)
    ink = _sheet(characters.drawings(done.rows), places, _picture_px(len(places)))
    grey = 255 - ink.astype(np.float32) * (255 - GREY) / 255
    picture = _encoded(Image.fromarray(grey.round().astype(np.uint8)))
    return dataclasses.replace(done, places=places, picture=picture)


def _shares(points: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Points (n, 2), or (n, 1) where there is one axis, as x and y on the map that shows these points, in [0, 1]."""
    points, of = (np.pad(each, ((0, 0), (0, 2 - each.shape[1]))) for each in (points, of))
    middle = (of.min(axis=0) + of.max(axis=0)) / 2
    room = np.array([WIDTH_PX, HEIGHT_PX]) - 2 * MARGIN_PX
    scale = float((room / np.maximum(np.ptp(of, axis=0), 1e-6)).min())  # the same for both axes
    pixels = np.array([WIDTH_PX, HEIGHT_PX]) / 2 + (points - middle) * scale * np.array([1, -1])
    return pixels / np.array([WIDTH_PX, HEIGHT_PX])


def _picture_px(count: int) -> int:
    """Side of a picture where there are this many."""
    return int(np.clip(0.8 * np.sqrt(WIDTH_PX * HEIGHT_PX / max(1, count)), MIN_PICTURE_PX, MAX_PICTURE_PX))


def _sheet(drawings: np.ndarray, places: np.ndarray, side: int) -> np.ndarray:
    """The ink of drawings (n, 105, 105) at these places, 0 to 255, uint8 (height, width)."""
    sheet = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
    for drawing, (x, y) in zip(drawings, places, strict=True):
        small = cv2.resize(255 * drawing, (side, side), interpolation=cv2.INTER_AREA).astype(np.uint8)
        top = int(np.clip(y * HEIGHT_PX - side / 2, 0, HEIGHT_PX - side))
        left = int(np.clip(x * WIDTH_PX - side / 2, 0, WIDTH_PX - side))
        part = sheet[top : top + side, left : left + side]
        np.maximum(part, small, out=part)
    return sheet


def _encoded(picture: Image.Image) -> str:
    content = io.BytesIO()
    picture.save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode("ascii")
