"""Logging: one handler, level by the environment."""

from __future__ import annotations

import logging

import pytest

from siamese import logs


@pytest.fixture
def logger():
    logger = logging.getLogger("siamese")
    before = logger.level, list(logger.handlers)
    logger.handlers.clear()
    yield logger
    logger.setLevel(before[0])
    logger.handlers[:] = before[1]


@pytest.mark.parametrize(("chosen", "level"), [("debug", 10), ("ERROR", 40), ("nonsense", 30), (None, 30)])
def test_level_comes_from_the_environment(monkeypatch, logger, chosen, level):
    if chosen is None:
        monkeypatch.delenv("SIAMESE_LOG", raising=False)
    else:
        monkeypatch.setenv("SIAMESE_LOG", chosen)
    logs.set_up()
    assert logger.level == level


def test_setting_up_twice_adds_one_handler(logger):
    logs.set_up()
    logs.set_up()
    assert len(logger.handlers) == 1


def test_tensorflow_is_quiet_unless_the_environment_says_otherwise(monkeypatch, logger):
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    logs.set_up()
    assert logs.os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    logs.set_up()
    assert logs.os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"
