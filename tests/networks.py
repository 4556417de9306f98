"""Networks in the states in which pages meet them, without TensorFlow."""

from __future__ import annotations

from typing import Any

from siamese.errors import UserError
from siamese.ui.jobs import Job


def ready(matcher: Any) -> Job:
    """A network that is ready."""
    job = Job("Loading the network", lambda value: iter([matcher]))
    assert job.start().wait(5)
    return job


def failed(sentence: str) -> Job:
    """A network that cannot be used."""

    def steps(value):
        raise UserError(sentence)
        yield

    job = Job("Loading the network", steps)
    assert job.start().wait(5)
    return job


def loading() -> Job:
    """A network that is still loading."""
    job = Job("Loading the network", lambda value: iter(()))
    job.state = "running"
    return job
