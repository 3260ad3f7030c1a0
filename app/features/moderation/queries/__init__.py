"""What moderators look at: the log, reports, and what they have ticked."""

from app.features.moderation.queries.chosen import Kind, find_topic_at, selected_ids
from app.features.moderation.queries.entries import EntryFilter, latest_entries, page_of_entries
from app.features.moderation.queries.reports import count_open, find_report, page_of_reported, reports_by_post

__all__ = [
    "EntryFilter",
    "Kind",
    "count_open",
    "find_report",
    "find_topic_at",
    "latest_entries",
    "page_of_entries",
    "page_of_reported",
    "reports_by_post",
    "selected_ids",
]
