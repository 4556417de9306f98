"""Work in a thread of its own: in the main thread an event loop runs once a browser test has opened a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def in_thread(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """The result of a function that starts an event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments, **options).result()


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine."""
    return in_thread(asyncio.run, coroutine)
