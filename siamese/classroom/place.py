"""Where the teacher brought the class last: a setting of the class store, so every server of the class knows it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

SETTING = "class_place"


@dataclasses.dataclass(frozen=True)
class Place:
    """A page and its choices.

    number: counts the places. page: the name of a page, "" for none yet; link: the parameters of its address.
    following: whether the class goes on following. leader: a random text that stands for the session that is followed.
    """

    number: int = 0
    page: str = ""
    link: Mapping[str, str] = dataclasses.field(default_factory=dict)
    following: bool = False
    leader: str = ""

    def to_setting(self) -> str:
        """As text for the store."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)


def from_settings(settings: Mapping[str, str]) -> Place:
    """The last place; the first one, number 0, where there was none, or one that this version does not understand."""
    try:
        place = Place(**json.loads(settings[SETTING]))
    except (KeyError, TypeError, ValueError):
        return Place()
    known = {"number": int, "page": str, "link": dict, "following": bool, "leader": str}
    return place if all(type(getattr(place, name)) is kind for name, kind in known.items()) else Place()
