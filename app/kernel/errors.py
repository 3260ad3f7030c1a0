"""What may go wrong that a person can be told about. The pages of these errors are in pages/errors.py."""

from __future__ import annotations


class StoaError(Exception):
    """A refusal with a sentence for the person who asked."""

    status = 400

    def __init__(self, reason: object = "") -> None:
        super().__init__(str(reason))
        self.reason = reason


class NotFound(StoaError):
    """It does not exist, or this viewer may not know that it does."""

    status = 404


class Gone(StoaError):
    """It existed and was removed for good."""

    status = 410


class Forbidden(StoaError):
    """The viewer may see it but not do this to it."""

    status = 403


class Foreign(StoaError):
    """Another site's page asked for it; nothing of it is offered again."""

    status = 403


class Invalid(StoaError):
    """A rule that needs the database refused what was typed; `field` names the form field it belongs to."""

    status = 422

    def __init__(self, reason: object, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


class Changed(StoaError):
    """Somebody else changed it after the person who asks had looked."""

    status = 409


class TooMany(StoaError):
    """Asked too often; `retry_after` is in seconds."""

    status = 429

    def __init__(self, reason: object, retry_after: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Busy(StoaError):
    """The database did not take the write in time; trying again is right."""

    status = 503
