import datetime as dt

import pytest
import time_machine

from app.features.accounts.models import User
from app.features.follows import actions as follows
from app.features.notifications import actions, queries
from app.features.notifications.jobs import tell_followers
from app.features.notifications.models import Notification
from app.features.site.actions import raise_version
from app.features.site.queries import use_version
from app.features.topics.models import HIDDEN, Topic
from app.kernel import jobs, markup
from app.kernel.db import session, transaction
from tests import make

SILENT = {"follow_started": False, "follow_replied": False}


def quiet():
    """A member who follows nothing by themselves."""
    return make.viewer(preferences=SILENT)


def follow(who, *, topic=None, board=None, member=None, frequency="immediate"):
    how = {"frequency": frequency, "is_anonymous": False}
    with transaction():
        if topic:
            follows.follow_topic(who, topic, **how)
        if board:
            follows.follow_board(who, make.facts_of(board), **how)
        if member:
            follows.follow_member(who, member, **how)


def work():
    """Do every job that is due."""
    while jobs.run_next():
        pass


def told():
    """Who was told what about which post."""
    rows = session.query(Notification).order_by(Notification.id)
    return [(n.user_id, n.kind, n.post_id) for n in rows]


def unread(who):
    return session.get(User, who.id, populate_existing=True).unread_notification_count


def quote(post, words="Indeed."):
    return markup.quote("The 6:40 is gone.", "Somebody wrote", f"/post/{post.id}/") + f"\n{words}"


def close(board):
    from app.features.accounts.models import GUESTS, MEMBERS, Grant

    with transaction():
        for group_id in (GUESTS, MEMBERS):
            session.delete(session.get(Grant, (board.id, group_id)))
        session.flush()
        raise_version()
    use_version(None)


def test_followers_hear_of_a_reply_but_its_author_does_not(db):
    starter = make.viewer()
    topic = make.topic(author=starter)

    reply = make.reply(topic)
    work()

    assert told() == [(starter.id, "reply", reply.id)]
    assert (unread(starter), db.get(User, reply.author_id).unread_notification_count) == (1, 0)


def test_who_only_keeps_a_topic_in_the_list_hears_nothing(db):
    topic = make.topic(author=quiet())
    follow(make.viewer(), topic=topic, frequency="none")

    make.reply(topic, quiet())
    work()

    assert told() == []


@pytest.mark.parametrize(("frequency", "days"), [("daily", 1), ("weekly", 7)])
def test_who_wants_little_hears_at_most_once_a_day_or_week_of_a_topic(db, frequency, days):
    topic, follower = make.topic(author=quiet()), quiet()
    follow(follower, topic=topic, frequency=frequency)

    first, _second = make.reply(topic, quiet()), make.reply(topic, quiet())
    work()
    with time_machine.travel(make.now() + dt.timedelta(days=days, minutes=1)):
        later = make.reply(topic, quiet())
        work()

    assert told() == [(follower.id, "reply", first.id), (follower.id, "reply", later.id)]


def test_who_wants_little_hears_at_most_once_a_day_of_a_board(db):
    board, follower = make.board(), quiet()
    follow(follower, board=board, frequency="daily")

    first = make.topic(board, quiet())
    make.topic(board, quiet())
    make.topic(author=quiet())
    work()

    assert told() == [(follower.id, "topic", first.first_post_id)]


def test_followers_of_a_board_or_a_member_hear_of_a_new_topic_once(db):
    board, author = make.board(), make.user(preferences=SILENT)
    both, one, other = make.viewer(), make.viewer(), make.viewer()
    follow(both, board=board, member=author.id)
    follow(one, board=board)
    follow(other, member=author.id)

    topic = make.topic(board, make.viewer(author))
    work()
    make.reply(topic, quiet())
    work()

    assert sorted(told()) == sorted((who.id, "topic", topic.first_post_id) for who in (both, one, other))
    assert [unread(who) for who in (both, one, other)] == [1, 1, 1]


def test_who_is_quoted_hears_of_it_and_only_of_that(db):
    topic, other = make.topic(author=quiet()), make.user()
    earlier = make.reply(topic, make.viewer(other))  # now follows the topic, too
    work()

    later = make.reply(topic, quiet(), quote(earlier))
    work()

    assert told() == [(other.id, "quote", later.id)]
    assert unread(other) == 1


def test_a_new_topic_may_quote_too(db):
    first = make.topic(author=quiet())
    post_author = first.author_id

    second = make.topic(author=quiet(), body=quote(session.get_one(make.Post, first.first_post_id)))
    work()

    assert told() == [(post_author, "quote", second.first_post_id)]


@pytest.mark.parametrize(
    "source",
    [
        "See [this](/post/{id}/): nice",
        "[Ann wrote](/post/{id}/):\n\nnot a quotation",
        "> > [Ann wrote](/post/{id}/):\n> > inside another",
        "> [Ann wrote](/post/{id}/)\n> without the colon",
        "> [Ann wrote](https://elsewhere.example/post/{id}/):\n> elsewhere",
    ],
)
def test_what_is_no_quotation_tells_nobody(db, source):
    topic = make.topic(author=quiet())
    earlier = make.reply(topic, quiet())

    make.reply(topic, quiet(), source.replace("{id}", str(earlier.id)))
    work()

    assert told() == []


@pytest.mark.parametrize("caption", ["Ann wrote", r"Ann \[of\] \<Kent\> wrote", "Ζωή έγραψε", r"A \\ B wrote"])
def test_every_caption_is_understood(db, caption):
    topic, who = make.topic(author=quiet()), quiet()
    earlier = make.reply(topic, who)

    later = make.reply(topic, quiet(), f"> [{caption}](/post/{earlier.id}/):\n>\n> text\n\nYes.")
    work()

    assert told() == [(who.id, "quote", later.id)]


def test_quoting_oneself_tells_nobody(db):
    topic, who = make.topic(author=quiet()), make.user(preferences=SILENT)
    earlier = make.reply(topic, make.viewer(who))

    make.reply(topic, make.viewer(who), quote(earlier))
    work()

    assert told() == []


def test_the_job_may_run_twice(db):
    starter = make.viewer()
    topic = make.topic(author=starter)
    reply = make.reply(topic)

    for _ in range(2):
        tell_followers(reply.id)

    assert len(told()) == 1
    assert unread(starter) == 1


def test_many_followers_are_told_in_batches(db, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    topic, quoted = make.topic(author=quiet()), make.viewer()
    earlier = make.reply(topic, quoted)
    followers = [make.viewer() for _ in range(4)]
    for who in followers:
        follow(who, topic=topic)

    later = make.reply(topic, quiet(), quote(earlier))
    work()

    of_later = {(who, kind) for who, kind, post_id in told() if post_id == later.id}
    assert of_later == {(who.id, "reply") for who in followers} | {(quoted.id, "quote")}


def test_who_lost_the_right_to_read_hears_nothing(db):
    board = make.board()
    topic, follower, moderator = make.topic(board, quiet()), make.viewer(), make.moderator()
    follow(follower, topic=topic)
    follow(moderator, topic=topic)

    close(board)
    reply = make.reply(topic, make.admin())
    work()

    assert told() == [(moderator.id, "reply", reply.id)]
    assert unread(follower) == 0


def test_who_is_quoted_in_a_place_they_may_not_read_hears_nothing(db):
    author = quiet()
    earlier = make.reply(make.topic(author=quiet()), author)

    make.topic(make.private_board(), make.admin(), body=quote(earlier))
    work()

    assert author.id not in {who for who, _, _ in told()}


def test_a_post_hidden_before_anyone_was_told_tells_nobody(db):
    topic = make.topic(author=make.viewer())
    reply = make.reply(topic)
    with transaction():
        reply.state = HIDDEN

    work()

    assert told() == []


def test_a_topic_hidden_before_anyone_was_told_tells_nobody(db):
    topic = make.topic(author=make.viewer())
    make.reply(topic)
    with transaction():
        session.get(Topic, topic.id).state = HIDDEN

    work()

    assert told() == []


def a_member_with_news(kind="reply", **more):
    who = make.user(**more)
    topic = make.topic(author=make.viewer(who))
    reply = make.reply(topic, make.viewer(name="Tomas Reyl"), "The sluice was open.")
    work()
    return make.viewer(who), topic, reply


def test_the_list_tells_who_did_what_where(db, client):
    who, topic, _ = a_member_with_news()

    text = client(who).get("/notifications/").text

    assert "Tomas Reyl replied" in text
    assert topic.title in text
    assert "The sluice was open." in text
    assert "is-unread" in text
    assert "1 unread" in text


def test_the_list_is_a_members_own(db, client):
    _, topic, _ = a_member_with_news()

    text = client(make.viewer()).get("/notifications/").text

    assert topic.title not in text
    assert "No news" in text
    assert client().get("/notifications/").status_code == 403


def test_what_may_no_longer_be_seen_is_not_listed(db, client):
    who, topic, reply = a_member_with_news()
    with transaction():
        reply.state = HIDDEN

    text = client(who).get("/notifications/").text

    assert "The sluice was open." not in text
    assert "Tomas Reyl" not in text
    assert topic.title not in text


def test_news_from_a_board_that_was_closed_are_not_listed(db, client):
    board = make.board()
    who = make.user()
    topic = make.topic(board, make.viewer(who))
    make.reply(topic, make.viewer(name="Tomas Reyl"))
    work()

    close(board)

    assert "Tomas Reyl" not in client(make.viewer(who)).get("/notifications/").text


def test_opening_one_marks_it_and_leads_to_the_post(db, client):
    who, topic, reply = a_member_with_news()
    make.reply(topic)
    work()
    first = db.query(Notification.id).order_by(Notification.id).first()[0]
    browser = client(who)

    for _ in range(2):
        answer = browser.post(f"/notifications/{first}/open")

    assert (answer.status_code, answer.location) == (303, f"/post/{reply.id}/")
    assert unread(who) == 1
    assert db.query(Notification).filter_by(user_id=who.id, read_at=None).count() == 1


def test_nobody_opens_the_news_of_others(db, client):
    who, _, _ = a_member_with_news()
    found = db.query(Notification.id).scalar()

    assert client(make.viewer()).post(f"/notifications/{found}/open").status_code == 404
    assert client().post(f"/notifications/{found}/open").status_code == 403
    assert unread(who) == 1


def test_all_are_marked_at_once(db, client):
    who, topic, _ = a_member_with_news()
    other = make.viewer()
    follow(other, topic=topic)
    make.reply(topic)
    work()

    answer = client(who).post("/notifications/read")

    assert (answer.status_code, answer.location) == (303, "/notifications/")
    assert (unread(who), unread(other)) == (0, 1)
    assert "is-unread" not in client(who).get("/notifications/").text
    assert client().post("/notifications/read").status_code == 403


def test_reading_the_list_marks_nothing(db, client):
    who, _, _ = a_member_with_news()

    client(who).get("/notifications/")

    assert unread(who) == 1


def test_the_list_is_paged_and_takes_few_queries(db, client, count_queries):
    who, topic, _ = a_member_with_news()
    for _ in range(5):
        make.reply(topic)
    work()

    first = queries.page_of_news(who, limit=4)
    second = queries.page_of_news(who, limit=4, before=first[-1].notification.id)
    browser = client(who)
    with count_queries() as seen:
        browser.get("/notifications/?before=nonsense")

    assert (len(first), len(second)) == (4, 2)
    assert len(seen) <= 6


def test_the_bell_shows_how_many_are_unread(db, client):
    who, _, _ = a_member_with_news()

    assert "<b>1</b>" in client(who).get("/notifications/").text
