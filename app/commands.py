"""Every command of `stoa`."""

from __future__ import annotations

import click

from app.operate import bench, check, database, demo, init, search, serve, translate, users, worker
from app.operate.plain_words import PlainGroup

COMMANDS: tuple[click.Command, ...] = (
    init.init,
    serve.serve,
    worker.worker,
    demo.demo,
    check.check,
    search.search,
    bench.bench,
    users.user,
    database.db,
    translate.translations,
)

main = PlainGroup(
    "stoa", commands={str(command.name): command for command in COMMANDS}, help="Stoa, a discussion forum."
)
