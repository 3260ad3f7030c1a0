"""Keeping the index current, while nobody waits. Everything here is safe to repeat, and to run twice at once."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from app.features.search import actions
from app.features.search.models import IndexedTopic, Progress
from app.features.search.queries import indexing
from app.features.search.queries.indexing import Language
from app.features.topics.models import Topic
from app.kernel.db import session, transaction

BATCH = 250
SECONDS_A_RUN = 20.0  # who works off jobs has other things to do too
GAPS = 1_000


def index_posts(post_ids: Sequence[int]) -> None:
    """Put posts into the index as they are now."""
    language = indexing.language()
    for start in range(0, len(post_ids), BATCH):
        _index(post_ids[start : start + BATCH], language)


def index_topic(topic_id: int) -> None:
    """Follow a topic that was renamed, moved, or given another first post."""
    topic, known = session.get(Topic, topic_id), session.get(IndexedTopic, topic_id)
    if topic is None or topic.first_post_id is None:
        return
    if known is None or known.board_id != topic.board_id:
        index_posts(indexing.post_ids_of(topic_id))
    else:
        index_posts([known.first_post_id, topic.first_post_id])
    with transaction():
        actions.note_topic(topic)


def index_whole_topic(topic_id: int) -> None:
    """Put all posts of a topic into the index again, after some came from another."""
    index_posts(indexing.post_ids_of(topic_id))
    index_topic(topic_id)


def catch_up_search() -> None:
    """Index what no news came of: posts that were there before the index, or were imported, and topics moved in bulk.

    Begins anew when the site's language, or what the index holds of a text, has changed.
    """
    until = time.monotonic() + SECONDS_A_RUN
    while time.monotonic() < until:
        if not index_next():
            break
    else:
        return
    follow_changed_topics(until)


def follow_changed_topics(until: float = math.inf) -> None:
    """Index again what was moved, renamed or opened anew without news, until this moment of the monotonic clock."""
    for topic_id in indexing.changed_topic_ids(begun()):
        if time.monotonic() > until:
            return
        index_topic(topic_id)


def fill_gaps_in_search() -> None:
    """Index what was passed over: posts written by several at once get their ids in another order than they appear."""
    while post_ids := indexing.missing_post_ids(begun(), GAPS):
        index_posts(post_ids)


def index_next() -> bool:
    """Index the next posts in the order of their ids; False when there are no more."""
    reached = begun()
    wanted, last = indexing.next_post_ids(reached, BATCH)
    if last is None:
        return False
    _index(wanted, indexing.language())
    with transaction():
        actions.advance(reached, last)
    return True


def begun() -> Progress:
    """How far the index has come, begun when it was not, or was made in another way."""
    language, found = indexing.language(), indexing.progress()
    if found is None or found.made_with != language.made_with:
        with transaction():
            actions.begin_anew(language)
        found = indexing.progress()
        assert found is not None
    return found


def _index(post_ids: Sequence[int], language: Language) -> None:
    prepared = actions.prepare(post_ids, language)
    with transaction():
        actions.store(prepared, language)
