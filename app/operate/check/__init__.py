"""Whether everything that is stored twice agrees: `stoa check`."""

from app.operate.check.command import check
from app.operate.check.recount import differences, mend

__all__ = ["check", "differences", "mend"]
