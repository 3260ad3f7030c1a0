"""What a thread's page says of itself to search engines, as they document it for forums:
https://developers.google.com/search/docs/appearance/structured-data/discussion-forum
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.addresses import board_url, profile_url, topic_url
from app.features.accounts.models import User
from app.features.boards.queries import BoardFacts
from app.features.posts.models import ShownPost, Writer
from app.features.topics.models import Topic


def discussion(
    site_url: str, board: BoardFacts, topic: Topic, shown: Iterable[ShownPost], number: int
) -> Mapping[str, Any]:
    """The topic with the replies of one page. Later pages name it by its first address and leave its text there. Texts are
    excerpts: the page itself has the whole.
    """
    posts = list(shown)
    opening = next((post for post in posts if post.id == topic.first_post_id), None)
    replies = [post for post in posts if post is not opening and post.excerpt]
    here = site_url + topic_url(topic.id, topic.slug, number)
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "url": site_url + topic_url(topic.id, topic.slug),
        "headline": topic.title,
        "author": _person(site_url, topic.author),
        "datePublished": topic.created_at.isoformat(),
        "isPartOf": {"@type": "WebPage", "name": board.name, "url": site_url + board_url(board.id, board.slug)},
        "commentCount": topic.reply_count,
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/CommentAction",
            "userInteractionCount": topic.reply_count,
        },
        "comment": [_comment(site_url, here, post) for post in replies],
    }
    if opening is not None:
        described |= {"text": opening.excerpt or topic.title, **_modified(opening)}
    return described


def _comment(site_url: str, here: str, post: ShownPost) -> Mapping[str, Any]:
    return {
        "@type": "Comment",
        "url": f"{here}#post-{post.id}",
        "text": post.excerpt,
        "author": _person(site_url, post.author),
        "datePublished": post.created_at.isoformat(),
        **_modified(post),
    }


def _modified(post: ShownPost) -> Mapping[str, str]:
    return {"dateModified": post.edited_at.isoformat()} if post.edited_at is not None else {}


def _person(site_url: str, who: User | Writer) -> Mapping[str, str]:
    return {"@type": "Person", "name": who.name, "url": site_url + profile_url(who.id, who.slug)}
