"""A picture that takes the place of a drawing: shown with what was taken as ink, and read anew where a person says.

It stays on the server, at most 1,000 px a side, as long as the visitor's session shows it.
"""

from __future__ import annotations

import base64
import dataclasses
import logging

import numpy as np

from siamese.data.ink import InkError
from siamese.ui.server_paths import without_paths

INK_COLOUR = (170, 0, 110)
"""Of what was taken as ink: neither blue (the network's choice) nor a colour of right or wrong."""
INK_OPTIONS = {"auto": "Automatic", "dark": "Darker", "light": "Lighter"}
"""Whether the ink is darker or lighter than the paper."""
_PALE = 0.45  # of the picture's contrast, under the ink
_SHOWN_SIDE = 640  # px, for a screen with two px to a CSS pixel

Area = tuple[float, float, float, float]
"""Left, top, right, bottom, as shares of the picture or in px of the paper."""

_log = logging.getLogger(__name__)


@dataclasses.dataclass
class Picture:
    """An upload or a photograph, and what was read from it.

    colours: uint8 (height, width, 3). drawing: float32 (105, 105), or None if nothing was read; words: what it is, or
    why there is none. url: the picture with its ink, as a data URL. area: the rectangle that was chosen; ink: a key of
    INK_OPTIONS.
    """

    colours: np.ndarray
    area: Area | None = None
    ink: str = "auto"
    drawing: np.ndarray | None = None
    words: str = ""
    url: str = ""

    def read(self) -> None:
        """Find the character again, in the area and with the ink that were chosen."""
        from siamese.data import photograph

        light = {"dark": False, "light": True}.get(self.ink)
        ink = None
        try:
            reading = photograph.read(self.colours, self.area, light)
        except InkError as error:
            self.drawing, self.words = None, without_paths(str(error))
        except Exception:  # a fault of ours: the visitor keeps the page, the log gets the traceback
            _log.exception("A picture of %dx%d px could not be read.", *self.colours.shape[1::-1])
            self.drawing = None
            self.words = "Something went wrong while reading this picture; the server's log has the details."
        else:
            self.drawing, ink = reading.drawing, reading.ink
            self.words = "Your picture"
            if reading.characters > 1:
                self.words += f", which shows {reading.characters} characters; the largest was taken"
        self.url = _data_url(self.colours, ink)


def take(content: bytes) -> Picture:
    """The picture in an uploaded file, read. Raises InkError for a file that is not a picture or is too large."""
    from siamese.data import photograph  # takes a second to import, and most visitors draw

    picture = Picture(photograph.reduced(photograph.open_picture(content)))
    picture.read()
    return picture


def area_on(picture: Picture, box: Area, side: float) -> Area | None:
    """A box in px of a square of this side, in which the picture is centred, as shares of the picture.

    None for a box that is outside the picture, or a click.
    """
    height, width = picture.colours.shape[:2]
    scale = side / max(height, width)
    size = np.array([width, height] * 2) * scale
    shares = np.clip((np.array(box) - (side - size) / 2) / size, 0, 1)
    if (shares[2:] - shares[:2] < 0.02).any():
        return None
    return tuple(map(float, shares))


def _data_url(colours: np.ndarray, ink: np.ndarray | None) -> str:
    """The picture as a JPEG; with ink, bool (height, width), made paler under it."""
    import cv2

    scale = min(1.0, _SHOWN_SIDE / max(colours.shape))
    size = tuple(max(1, round(side * scale)) for side in colours.shape[1::-1])
    shown = cv2.resize(colours, size, interpolation=cv2.INTER_AREA)
    if ink is not None:
        mask = cv2.resize(ink.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        shown = np.rint(255 - _PALE * (255 - shown.astype(np.float32))).astype(np.uint8)
        shown[mask] = INK_COLOUR
    _, content = cv2.imencode(".jpg", shown[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])
    return "data:image/jpeg;base64," + base64.b64encode(content).decode()
