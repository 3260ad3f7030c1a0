"""Keeping the index true. Nobody asks for this, so nobody is authorised: it follows from what others did."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.features.search import matching
from app.features.search.models import Entry, IndexedDay, IndexedTopic, Progress
from app.features.search.queries import indexing
from app.features.search.queries.finding import is_sqlite
from app.features.search.queries.indexing import Document, Language
from app.features.topics.models import Topic
from app.kernel import markup
from app.kernel.db import insert_missing, session

ADVISORY_LOCK = 0x5EA7C4

Prepared = Mapping[int, tuple[Document, Sequence[str]]]


def prepare(post_ids: Collection[int], language: Language) -> Prepared:
    """Take the posts' texts apart: the slow part, done before anything is locked."""
    return {document.post_id: (document, _tokens(document, language)) for document in indexing.documents(post_ids)}


def store(prepared: Prepared, language: Language) -> None:
    """Put posts into the index as they are now: what was changed since `prepare` is taken apart again."""
    _wait_for_others()
    documents = indexing.documents(prepared.keys())
    if not documents:
        return
    entries = []
    for document in documents:
        earlier, tokens = prepared[document.post_id]
        if document != earlier:
            tokens = _tokens(document, language)
        entries.append({"post_id": document.post_id, "tokens": _for_the_database(tokens)})
    _put(Entry, entries)
    _note_days(documents)
    opening = [_as_row(document) for document in documents if document.title]
    if opening:
        session.execute(insert_missing(IndexedTopic, opening))


def note_topic(topic: Topic) -> None:
    """Remember that a topic's posts are indexed as it is now."""
    row = {"topic_id": topic.id, "board_id": topic.board_id, "title": topic.title}
    _put(IndexedTopic, [row | {"first_post_id": topic.first_post_id}])


def advance(before: Progress, post_id: int) -> None:
    """Every post up to this one is done, unless somebody else got further or began anew meanwhile."""
    session.execute(
        sa.update(Progress)
        .where(Progress.indexed_up_to == before.indexed_up_to, Progress.made_with == before.made_with)
        .values(indexed_up_to=post_id)
        .execution_options(synchronize_session=False)
    )


def begin_anew(language: Language) -> None:
    """Let every post there is be indexed again, one after the other; what is in the index stays until its turn."""
    last = indexing.last_post_id()
    _put(Progress, [{"id": 1, "made_with": language.made_with, "indexed_up_to": 0, "made_again_up_to": last}])


def _wait_for_others() -> None:
    """One at a time, so that nobody overwrites with an older text what somebody else has just indexed."""
    if not is_sqlite():
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))


def _tokens(document: Document, language: Language) -> list[str]:
    return matching.tokens_of(
        document.title,
        markup.words_of(document.source),
        language.code,
        author_id=document.author_id,
        topic_id=document.topic_id,
        board_id=document.board_id,
    )


def _for_the_database(tokens: Sequence[str]) -> str:
    return " ".join(tokens) if is_sqlite() else matching.tsvector(tokens)


def _as_row(opening: Document) -> Mapping[str, Any]:
    return {
        "topic_id": opening.topic_id,
        "board_id": opening.board_id,
        "first_post_id": opening.post_id,
        "title": opening.title,
    }


def _note_days(documents: Collection[Document]) -> None:
    days: dict[date, list[int]] = {}
    for document in documents:
        days.setdefault(document.created_at.date(), []).append(document.post_id)
    rows = [{"day": day, "first_post_id": min(ids), "last_post_id": max(ids)} for day, ids in sorted(days.items())]
    statement = _insert(IndexedDay).values(rows)
    first, last = statement.excluded.first_post_id, statement.excluded.last_post_id
    wider = {
        "first_post_id": sa.case((first < IndexedDay.first_post_id, first), else_=IndexedDay.first_post_id),
        "last_post_id": sa.case((last > IndexedDay.last_post_id, last), else_=IndexedDay.last_post_id),
    }
    session.execute(statement.on_conflict_do_update(index_elements=["day"], set_=wider))


def _put(model: type[Entry | IndexedTopic | Progress], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or give those already there the new values. In one statement: FTS5 writes to disk after each."""
    statement = _insert(model).values([dict(row) for row in rows])
    keys = [column.name for column in model.__mapper__.primary_key]
    changes = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes))


def _insert(model: type[Entry | IndexedTopic | IndexedDay | Progress]) -> Any:
    return sqlite.insert(model) if is_sqlite() else postgresql.insert(model)
