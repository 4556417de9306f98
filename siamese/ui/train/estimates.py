"""How fast presets train on this machine, measured once per server by a short probe."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from siamese import runs
from siamese.runs import Speed
from siamese.ui import models
from siamese.ui.jobs import Job

_jobs: dict[tuple[str, str], Job[Speed]] = {}  # preset, data
_lock, _one_probe = threading.Lock(), threading.Lock()


def pace(preset: str, data: str) -> Job[Speed] | None:
    """How fast a preset trains, as a job; the first call starts the measurement.

    None while a run is training, which would falsify it.
    """
    with _lock:
        if (preset, data) not in _jobs and not runs.active():
            _jobs[preset, data] = _measurement(preset, data).start()
        return _jobs.get((preset, data))


def _measurement(preset: str, data: str) -> Job[Speed]:
    def steps(value: Speed | None) -> Iterator[Speed]:
        models.load_shipped().wait()  # whoever draws comes first
        with _one_probe:
            result = runs.measure_speed(preset, data)
        if runs.active():  # a run began meanwhile, which slowed the probe: measure again later
            _jobs.pop((preset, data), None)
        yield result

    return Job("The estimate", steps)
