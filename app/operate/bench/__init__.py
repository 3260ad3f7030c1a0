"""Forums of any size to measure on: `stoa bench`."""

from app.operate.bench.command import bench

__all__ = ["bench"]
