"""Work in threads: an event loop outside the main thread, and many threads at one call."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

THREADS = 8


def in_thread(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """The result of a function that starts an event loop, which a main thread that has opened a browser cannot."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments, **options).result()


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine."""
    return in_thread(asyncio.run, coroutine)


def at_once(call: Callable[[], object]) -> None:
    """Run `call` in several threads that start together, and wait for all of them."""
    start = threading.Barrier(THREADS)

    def run() -> None:
        start.wait()
        call()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Slow:
    """A function that takes long enough for other threads to come in: calls, and the most that ran together."""

    def __init__(self, function: Callable[..., object]):
        self.calls = self.together = 0
        self._function, self._running, self._lock = function, 0, threading.Lock()

    def __call__(self, *args: object, **options: object) -> object:
        with self._lock:
            self.calls += 1
            self._running += 1
            self.together = max(self.together, self._running)
        time.sleep(0.01)
        try:
            return self._function(*args, **options)
        finally:
            with self._lock:
                self._running -= 1
