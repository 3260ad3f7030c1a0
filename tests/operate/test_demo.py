"""The demo is a believable forum: every kind of thing is in it, at believable times, with exact counters."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.features.accounts.models import ADMINISTRATORS, GUESTS, MEMBERS, MODERATORS, Right, User
from app.features.accounts.passwords import is_right
from app.features.accounts.queries import guest, viewer_of
from app.features.boards.queries import tree
from app.features.moderation.models import LogEntry, Report
from app.features.posts.models import Post
from app.features.presence.models import Presence
from app.features.site.queries import settings, use_version
from app.features.topics.models import HIDDEN, PUBLISHED, Topic
from app.kernel import migrate
from app.kernel.clock import now
from app.kernel.db import own_session, session
from app.kernel.jobs import Job
from app.operate.check import differences
from app.operate.demo import places, script
from app.operate.demo.seed import seed
from tests import databases


@pytest.fixture(scope="module", params=databases.KINDS)
def town(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    with databases.empty(request.param, folder) as url, databases.opened(url) as engine:
        migrate.upgrade(engine)
        seed()
        with own_session():
            use_version(None)
            yield


def count(*where):
    return session.scalar(sa.select(sa.func.count()).select_from(Post).where(*where))


def test_its_counters_are_exact(town):
    assert differences(session) == []


def test_it_is_large_enough_to_look_around_in(town):
    topics = session.scalars(sa.select(Topic)).all()

    assert len(topics) >= 60
    assert count() >= 480
    assert max(topic.post_count for topic in topics) > 2 * settings().posts_per_page
    assert {topic.state for topic in topics} >= {PUBLISHED, HIDDEN}
    assert all(any(getattr(topic, f"is_{flag}") for topic in topics) for flag in ("pinned", "locked", "featured"))
    assert any(topic.link_to_id for topic in topics)
    assert count(Post.recommended_at.is_not(None), Post.recommend_note != "") >= 4
    assert count(Post.state == HIDDEN) >= 2
    assert count(Post.edited_at.is_not(None)) >= 4
    assert session.scalar(sa.select(sa.func.count()).select_from(LogEntry)) >= 15
    assert session.scalar(sa.select(sa.func.count()).where(Report.closed_at.is_(None))) == 2


@pytest.mark.parametrize("piece", ['<figure class="quote">', "<table", "<pre", "<details", "<ol", "<ul", "example.org"])
def test_its_posts_show_what_a_post_can_hold(town, piece):
    assert count(Post.html.contains(piece)) >= 1


def test_nothing_in_it_is_in_the_future_and_something_is_minutes_old(town):
    for model in (Post, Topic, LogEntry, Report, User):
        newest = session.scalar(sa.select(sa.func.max(model.created_at)))
        assert newest < now()
    newest = session.scalar(sa.select(sa.func.max(Post.created_at)))
    oldest = session.scalar(sa.select(sa.func.min(Post.created_at)))

    assert timedelta(minutes=2) < now() - newest < timedelta(minutes=30)
    assert now() - oldest > timedelta(days=120)


def test_ids_were_given_in_the_order_of_time(town):
    times = session.scalars(sa.select(Post.created_at).order_by(Post.id)).all()

    assert times == sorted(times)


def test_members_joined_before_they_wrote(town):
    early = sa.select(User.name).join(Post, Post.author_id == User.id).where(Post.created_at < User.created_at)

    assert session.scalars(early.distinct()).all() == []


def test_those_who_can_sign_in_are_what_the_demo_prints(town):
    groups = {"admin": ADMINISTRATORS, "moderator": MODERATORS, "member": MEMBERS}
    shown = [person for person in script.read_people() if "password" in person]

    for person in shown:
        user = session.scalar(sa.select(User).where(User.name == person["name"]))
        assert user.group_id == groups[person["role"]]
        assert is_right(person["password"], user.password_hash)
    assert [person["role"] for person in shown].count("member") >= 2


def test_announcements_come_first_then_a_board_for_all_and_guests_see_no_private_one(town):
    member = viewer_of(session.scalar(sa.select(User).where(User.name == "Yuki")))
    boards = [board for board in tree().boards if board.id in member.rights]

    assert boards[0].name == "Announcements"
    assert not member.rights[boards[0].id] & Right.START
    assert member.rights[boards[1].id] == places.USUAL_RIGHTS[MEMBERS]
    hidden = {board.name for board in tree().boards} - {b.name for b in tree().boards if b.id in guest().rights}
    assert hidden == {"The Back Room"}
    assert next(board for board in tree().boards if board.name == "The Back Room").counts_posts is False
    assert places.USUAL_RIGHTS[GUESTS]


def test_its_announcement_leads_to_the_themes(town):
    assert '<a href="#themes"' in settings().announcement_html
    assert re.sub(r"<[^>]+>", "", settings().announcement_html).strip() == (
        "To change color scheme, click on themes at bottom of page"
    )


def test_nobody_is_present_and_no_work_is_left_over(town):
    assert session.scalar(sa.select(sa.func.count()).select_from(Presence)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_the_newest_things_are_news_to_those_who_sign_in(town):
    bram = session.scalar(sa.select(User).where(User.name == "Bram"))

    assert bram.unread_notification_count >= 1


def test_the_script_repeats_no_sentence_and_quotes_what_was_said():
    said = set()
    for board in places.in_order(script.read_places()):
        for talk in script.read_talk(board["talk"], board["name"]):
            for number, line in enumerate(talk.lines):
                assert line.source not in said, line.source
                said.add(line.source)
                for mark in script.quotes_in(line.source):
                    quoted = talk.lines[int(mark[1]) - 1]
                    assert int(mark[1]) - 1 < number
                    assert mark[2] is None or mark[2] in re.sub(r"\*\*", "", quoted.source), (talk.title, mark[0])
