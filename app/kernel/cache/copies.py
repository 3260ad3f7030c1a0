"""Copies of something made from the database: bounded in bytes, dropped by tag, never older than what was dropped."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

EVERYTHING = "*"
# Bytes a kept copy costs beside its content: the entry, its tags and their places in the index.
ENTRY_BYTES, TAG_BYTES = 600, 150
REMEMBERED_DROPS = 20_000
_NEVER = (0, -math.inf)


@dataclass(frozen=True)
class _Kept(Generic[V]):
    value: V
    tags: frozenset[str]
    size: int
    fresh_until: float


class Copies(Generic[K, V]):
    """A mapping many threads share. The least recently used copies leave when `max_bytes` is reached.

    Whoever makes a copy takes `moment()` before reading the database and hands it to `keep`: if anything the copy shows
    was dropped since, the copy is already old and is not kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._kept: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._by_tag: dict[str, set[K]] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self._drops = 0
        self._dropped_at: dict[str, tuple[int, float]] = {}
        self._unknown_before = 0
        self._unknown_until = -math.inf

    @property
    def size(self) -> int:
        """Bytes held, by estimate."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """The copy, unless there is none or its time is over."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found.fresh_until < time.monotonic():
                return None
            self._kept.move_to_end(key)
            return found.value

    def get_late(self, key: K, seconds: float) -> V | None:
        """The copy even up to so many seconds after its time; never one that was dropped."""
        with self._lock:
            found = self._kept.get(key)
            return found.value if found is not None and found.fresh_until + seconds >= time.monotonic() else None

    def moment(self) -> int:
        """Now, as `keep` understands it."""
        return self._drops

    def keep(self, key: K, value: V, *, tags: Collection[str], size: int, seconds: float, since: int) -> bool:
        """Keep a copy of `size` bytes for at most `seconds`, made from what was read after the moment `since`. False when
        it is old already or too large.
        """
        entry = _Kept(value, frozenset(tags), size + ENTRY_BYTES + TAG_BYTES * len(tags), time.monotonic() + seconds)
        with self._lock:
            if entry.size > self.max_bytes // 8 or self._is_old(entry.tags, since):
                return False
            self._remove(key)
            self._kept[key] = entry
            self._bytes += entry.size
            for tag in entry.tags:
                self._by_tag.setdefault(tag, set()).add(key)
            while self._bytes > self.max_bytes:
                self._remove(next(iter(self._kept)))
            return True

    def drop(self, tags: Collection[str]) -> None:
        """Forget every copy that shows any of these; `EVERYTHING` forgets all."""
        with self._lock:
            self._drops += 1
            if EVERYTHING in tags:
                self._forget_all()
                return
            if len(self._dropped_at) > REMEMBERED_DROPS:
                self._forget_drops()
            for tag in tags:
                self._dropped_at[tag] = self._drops, time.monotonic()
                for key in tuple(self._by_tag.get(tag, ())):
                    self._remove(key)

    def was_dropped_within(self, seconds: float, tags: Collection[str]) -> bool:
        """Whether one of the tags may have been dropped in the last so many seconds."""
        since = time.monotonic() - seconds
        with self._lock:
            return self._unknown_until > since or any(self._dropped_at.get(tag, _NEVER)[1] > since for tag in tags)

    def _is_old(self, tags: frozenset[str], since: int) -> bool:
        return since < self._unknown_before or any(self._dropped_at.get(tag, _NEVER)[0] > since for tag in tags)

    def _forget_drops(self) -> None:
        self._dropped_at.clear()
        self._unknown_before, self._unknown_until = self._drops, time.monotonic()

    def _forget_all(self) -> None:
        self._kept.clear()
        self._by_tag.clear()
        self._forget_drops()
        self._bytes = 0

    def _remove(self, key: K) -> None:
        entry = self._kept.pop(key, None)
        if entry is None:
            return
        self._bytes -= entry.size
        for tag in entry.tags:
            keys = self._by_tag[tag]
            keys.discard(key)
            if not keys:
                del self._by_tag[tag]
