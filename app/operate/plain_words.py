"""What went wrong, in one line for a person; a trace only for what nobody foresaw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from alembic.util.exc import CommandError
from sqlalchemy.exc import OperationalError

from app.config import ConfigError
from app.kernel.errors import Busy, StoaError


class PlainGroup(click.Group):
    """A group of commands that ends with a sentence and exit code 1 where an error was to be expected."""

    def invoke(self, ctx: click.Context) -> object:
        with plainly():
            return super().invoke(ctx)


@contextmanager
def plainly() -> Iterator[None]:
    """Turn errors that people cause and can mend into click's one-line messages."""
    try:
        yield
    except Busy as error:
        raise click.ClickException("The database is busy. Nothing was changed; try again.") from error
    except (ConfigError, StoaError, CommandError) as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:
        raise click.ClickException(f"The database does not answer: {_first_line(error.orig)}") from error
    except OSError as error:
        if error.filename is None:
            raise
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
