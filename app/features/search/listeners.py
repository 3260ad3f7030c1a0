"""What changes a post or where it stands changes the index, a moment later."""

from __future__ import annotations

from app.features.moderation.events import PostsMoved, TopicMerged
from app.features.posts.events import PostEdited, PostPublished
from app.features.topics.events import TopicRetitled
from app.kernel.jobs import enqueue


def index_new_post(event: PostPublished) -> None:
    enqueue("index_posts", post_ids=[event.post_id])


def index_edited_post(event: PostEdited) -> None:
    enqueue("index_posts", post_ids=[event.post_id])


def index_renamed_topic(event: TopicRetitled) -> None:
    enqueue("index_topic", topic_id=event.topic_id)


def index_moved_posts(event: PostsMoved) -> None:
    enqueue("index_posts", post_ids=list(event.post_ids))
    enqueue("index_topic", topic_id=event.topic_id)


def index_merged_topic(event: TopicMerged) -> None:
    enqueue("index_whole_topic", topic_id=event.into_id)
