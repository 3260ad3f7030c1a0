"""Numbered pages."""

from __future__ import annotations

from dataclasses import dataclass

GAP = 0


@dataclass(frozen=True)
class Paging:
    """Where a reader stands in a numbered list: page `number` of `last`, `size` items a page, `total` items."""

    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def exists(self) -> bool:
        return 1 <= self.number <= self.last

    @property
    def has_more_pages(self) -> bool:
        return self.last > 1

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.last else None

    @property
    def numbers(self) -> list[int]:
        """The pages to link: first, a few around this one, the last three; GAP where some are left out."""
        wanted = {1, *range(self.number - 2, self.number + 3), *range(self.last - 2, self.last + 1)}
        shown: list[int] = []
        for page in sorted(p for p in wanted if 1 <= p <= self.last):
            if shown and page - shown[-1] == 2:
                shown.append(page - 1)
            elif shown and page - shown[-1] > 2:
                shown.append(GAP)
            shown.append(page)
        return shown


def page_of(position: int, size: int) -> int:
    """The page on which the item at this position (from 1) stands."""
    return max(1, -(-position // size))
