"""Who says what, when: every topic and post of the script, in the order in which they were written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.features.posts import actions as posts
from app.features.posts.models import Post, Revision
from app.kernel import markup
from app.kernel.db import session
from app.operate.demo import places, script
from app.operate.demo.script import Line, Talk
from app.operate.demo.stage import Stage, Told

REVISED = 5  # posts, all of them longer than so many characters
LONG = 350
REVISED_AFTER = timedelta(minutes=11)


def talk(stage: Stage) -> None:
    topics = [
        told
        for board in places.in_order(script.read_places())
        for told in script.read_talk(board["talk"], board["name"])
    ]
    spoken = [(line.age, number, line, topic) for topic in topics for number, line in enumerate(topic.lines)]
    by_title: dict[str, Told] = {}
    moments: dict[int, datetime] = {}
    for age, _, line, topic in sorted(spoken, key=lambda said: (-said[0], said[1])):
        told = by_title.get(topic.title)
        post = _start(stage, topic, line) if told is None else _reply(stage, told, line)
        if told is None:
            told = by_title[topic.title] = Told(topic, post.topic)
        told.posts.append(post)
        moments[post.id] = stage.ago(age)
    stage.told = list(by_title.values())
    _set_clocks(stage, moments)
    _revise(stage)


def _start(stage: Stage, topic: Talk, line: Line) -> Post:
    board = stage.board(topic.moved_from or topic.board)
    post = posts.start_topic(stage.viewer(line.name), board, topic.title, line.source)
    post.topic.view_count = topic.views
    return post


def _reply(stage: Stage, told: Told, line: Line) -> Post:
    line.source = _with_quotes(told, line)
    return posts.reply(stage.viewer(line.name), told.topic, line.source)


def _with_quotes(told: Told, line: Line) -> str:
    source = line.source
    for mark in script.quotes_in(source):
        quoted, post = told.talk.lines[int(mark[1]) - 1], told.posts[int(mark[1]) - 1]
        quotation = markup.quote(mark[2] or quoted.source, f"{quoted.name} wrote", f"/post/{post.id}/")
        source = source.replace(mark[0], quotation)
    return re.sub(r"\n{3,}", "\n\n", source)


def _set_clocks(stage: Stage, moments: Mapping[int, datetime]) -> None:
    """Ids were given in the order of time, so that setting the times changes no place."""
    for told in stage.told:
        for post in told.posts:
            post.created_at = moments[post.id]
        told.topic.created_at, told.topic.last_post_at = told.posts[0].created_at, told.posts[-1].created_at
    session.flush()


def _revise(stage: Stage) -> None:
    """Some of the longer posts were edited by their authors soon after."""
    long_posts = [post for told in stage.told for post in told.posts if len(post.source) > LONG]
    for post in long_posts[:: max(1, len(long_posts) // REVISED)]:
        first_part = post.source.split("\n\n")[0]
        at = post.created_at + REVISED_AFTER
        session.add(
            Revision(
                post_id=post.id, source=first_part, editor_id=post.author_id, replaced_at=at, reason="Sent too soon"
            )
        )
        post.edited_at, post.edited_by_id, post.edit_reason, post.edit_count = at, post.author_id, "Sent too soon", 1
    session.flush()
