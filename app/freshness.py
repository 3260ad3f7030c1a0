"""What readers see of which table: a changed row drops the copies of pages that show it, and dates what it is read in.

Tags: `topic:7` the thread and its rows in lists, `post:9` one post, `board:3` a board and its list, `user:5` what is shown
of a member anywhere, `boards` everything the index counts, `members` how many there are. Settings, groups, rights and the tree of
boards drop everything (`site.actions.raise_version`). Counts of views are as old as the page that shows them.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.posts.models import Post
from app.features.reactions.models import Reaction
from app.features.topics.models import Topic
from app.kernel.cache.watch import Watched
from app.kernel.dating import Dated
from app.kernel.db import Model

WATCHED: Mapping[type[Model], Watched] = {
    Board: Watched({"board:{id}", "boards"}),
    Topic: Watched({"topic:{id}", "board:{board_id}", "boards"}, unseen=frozenset({"view_count", "changed_at"})),
    Post: Watched({"topic:{topic_id}", "post:{id}"}),
    Reaction: Watched({"post:{post_id}"}),
    User: Watched(
        {"user:{id}"},
        rows={"members"},
        unseen=frozenset(
            {
                "email",
                "email_key",
                "password_hash",
                "last_seen_at",
                "agreed_at",
                "unread_notification_count",
                "read_up_to_post_id",
            }
        ),
    ),
}

# What makes a topic new to search engines. That posts come, go or move shows in the topic's own row.
DATED: Mapping[type[Model], Dated] = {
    Topic: Dated(
        frozenset({"board_id", "title", "state", "post_count", "first_post_id", "last_post_id", "link_to_id"}), Topic
    ),
    Post: Dated(frozenset({"html", "recommended_at", "recommend_note"}), Topic, "topic_id"),
}
