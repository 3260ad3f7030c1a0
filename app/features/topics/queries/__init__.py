"""Reading topics, their lists, and how far members have read; one file per idea."""

from app.features.topics.queries.across import latest_topics, unread_board_ids, unread_topics
from app.features.topics.queries.addresses import Address, addresses_in_range, latest_addresses, numbers_of_ranges
from app.features.topics.queries.lists import Sort, count_listed, page_of_topics, paging_of, pinned_topics
from app.features.topics.queries.one import (
    AUTHOR,
    find_merged_into,
    get_topic,
    get_topic_and_mark,
    last_topics,
    mark_of,
    topics_by_id,
)
from app.features.topics.queries.unread import unread_ids

__all__ = [
    "AUTHOR",
    "Address",
    "Sort",
    "addresses_in_range",
    "count_listed",
    "find_merged_into",
    "get_topic",
    "get_topic_and_mark",
    "last_topics",
    "latest_addresses",
    "latest_topics",
    "mark_of",
    "numbers_of_ranges",
    "page_of_topics",
    "paging_of",
    "pinned_topics",
    "topics_by_id",
    "unread_board_ids",
    "unread_ids",
    "unread_topics",
]
