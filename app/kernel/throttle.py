"""How often something may be asked for. Counts live in Redis when it is configured, in this process otherwise.

When Redis is away each process counts for itself: limits get wider, never off.
"""

from __future__ import annotations

import ipaddress
import logging
from typing import cast

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.kernel.errors import TooMany
from app.kernel.words import lazy_gettext as _

log = logging.getLogger(__name__)


class _Counters:
    def __init__(self) -> None:
        self.local = FixedWindowRateLimiter(MemoryStorage())
        self.shared: FixedWindowRateLimiter | None = None

    def open(self, redis_url: str | None) -> None:
        self.local = FixedWindowRateLimiter(MemoryStorage())
        self.shared = None
        if redis_url:
            storage = storage_from_string(redis_url, socket_timeout=0.2, socket_connect_timeout=0.2)
            self.shared = FixedWindowRateLimiter(cast("Storage", storage))

    def hit(self, item: RateLimitItem, key: str) -> bool:
        if self.shared is not None:
            try:
                return self.shared.hit(item, key)
            except Exception:  # noqa: BLE001  (whatever the client raises, the limit must hold)
                log.warning("redis is away; limits are counted per process")
        return self.local.hit(item, key)


_counters = _Counters()


def open_throttle(redis_url: str | None) -> None:
    _counters.open(redis_url)


def check_limit(what: str, key: str, limit: str) -> None:
    """Count one use of `what` by `key` against `limit`, for instance "5 per minute".

    Raises TooMany, with the length of the limit's window in seconds, once it is used up.
    """
    item = parse(limit)
    if not _counters.hit(item, f"{what}:{key}"):
        raise TooMany(_("That was too often. Please wait a little and try again."), retry_after=item.get_expiry())


def network_of(address: str | None) -> str:
    """The network a client counts under: the IPv4 address, or the /64 of an IPv6 one; "unknown" without."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
