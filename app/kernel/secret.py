"""The site's own secret, made at the first start and readable by its owner only."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from itsdangerous import URLSafeTimedSerializer


class SecretKey:
    def __init__(self) -> None:
        self._key = ""

    def open(self, path: Path) -> None:
        """Read the secret, making the file (mode 0600) if there is none. Two starts at once agree on one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        if not path.exists():
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48) + "\n")
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        self._key = path.read_text("ascii").strip()
        if len(self._key) < 32:
            msg = f"{path} does not hold a secret of at least 32 characters"
            raise ValueError(msg)

    def seal(self, value: str) -> str:
        """The value with a mark that only this site can make."""
        return f"{value}.{self._mark(value)}"

    def is_sealed(self, sealed: str) -> bool:
        """Whether `seal` made it."""
        value, _, mark = sealed.rpartition(".")
        return sealed.isascii() and hmac.compare_digest(mark, self._mark(value))

    def _mark(self, value: str) -> str:
        return hmac.new(self._key.encode(), b"seal:" + value.encode(), hashlib.sha256).hexdigest()[:24]

    def signer(self, purpose: str) -> URLSafeTimedSerializer:
        """Signs and checks values for one purpose; what is signed for another is refused."""
        return URLSafeTimedSerializer(self._key, salt=purpose)


secret_key = SecretKey()
