"""Facts gathered in memory and written together a moment later, away from anyone's request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class WriteBuffer(Generic[K, V]):
    """A mapping many threads add to and one empties; `join` makes one value of an old and a new one."""

    def __init__(self, join: Callable[[V, V], V]) -> None:
        self._join = join
        self._values: dict[K, V] = {}
        self._lock = threading.Lock()

    def add(self, key: K, value: V) -> None:
        with self._lock:
            self._values[key] = self._join(self._values[key], value) if key in self._values else value

    def peek(self) -> dict[K, V]:
        with self._lock:
            return dict(self._values)

    def drain(self) -> dict[K, V]:
        with self._lock:
            values, self._values = self._values, {}
            return values

    def give_back(self, values: dict[K, V]) -> None:
        """Return what could not be written, under what has come in since."""
        with self._lock:
            for key, value in values.items():
                self._values[key] = self._join(value, self._values[key]) if key in self._values else value

    def write(self, store: Callable[[dict[K, V]], None]) -> None:
        """Hand everything to `store`; if it fails nothing is lost."""
        values = self.drain()
        if not values:
            return
        try:
            store(values)
        except BaseException:
            self.give_back(values)
            raise
