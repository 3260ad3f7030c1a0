"""A town's forum to look around in: `stoa demo`."""

from app.operate.demo.command import demo

__all__ = ["demo"]
