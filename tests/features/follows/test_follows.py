import pytest

from app.features.accounts.models import Right, User
from app.features.boards.models import Board
from app.features.follows import actions, policy, queries
from app.features.follows.models import Follow
from app.features.site.actions import raise_version
from app.features.site.queries import use_version
from app.features.topics.models import HIDDEN, Topic
from app.kernel.db import session, transaction
from app.kernel.errors import Forbidden, Invalid
from tests import make

SILENT = {"follow_started": False, "follow_replied": False}


def quiet_topic(where=None):
    """A topic nobody follows yet."""
    return make.topic(where, make.viewer(preferences=SILENT))


def follow(who, topic, frequency="immediate", *, is_anonymous=False):
    with transaction():
        actions.follow_topic(who, topic, frequency=frequency, is_anonymous=is_anonymous)


def follow_board(who, board, frequency="immediate"):
    with transaction():
        actions.follow_board(who, make.facts_of(board), frequency=frequency, is_anonymous=False)


def follow_member(who, member_id, frequency="immediate"):
    with transaction():
        actions.follow_member(who, member_id, frequency=frequency, is_anonymous=False)


def unfollow(who, *follows):
    with transaction():
        return actions.unfollow(who, [f.id for f in follows])


def count(model, row):
    return session.get(model, row.id, populate_existing=True).follower_count


def close(board):
    """Take the board away from everyone but moderators."""
    from app.features.accounts.models import GUESTS, MEMBERS, Grant

    with transaction():
        for group_id in (GUESTS, MEMBERS):
            session.delete(session.get(Grant, (board.id, group_id)))
        session.flush()
        raise_version()
    use_version(None)


def test_a_topic_counts_its_followers(db):
    topic, reader = quiet_topic(), make.viewer()

    follow(reader, topic)
    follow(make.viewer(), topic)

    assert count(Topic, topic) == 2
    assert queries.find_follow(reader, topic_id=topic.id).frequency == "immediate"
    assert queries.find_follow(make.guest(), topic_id=topic.id) is None


def test_following_again_changes_the_follow(db):
    topic, reader = quiet_topic(), make.viewer()

    follow(reader, topic)
    follow(reader, topic, "weekly", is_anonymous=True)

    found = db.query(Follow).one()
    assert (found.frequency, found.is_anonymous) == ("weekly", True)
    assert count(Topic, topic) == 1


def test_boards_and_members_count_their_followers(db):
    board, member, reader = make.board(), make.user(), make.viewer()

    follow_board(reader, board)
    follow_member(reader, member.id)

    assert (count(Board, board), count(User, member)) == (1, 1)
    assert queries.find_follow(reader, board_id=board.id)
    assert queries.find_follow(reader, member_id=member.id)


def test_unfollowing_counts_down_once(db):
    topic, reader = quiet_topic(), make.viewer()
    follow(reader, topic)
    found = queries.find_follow(reader, topic_id=topic.id)

    assert (unfollow(reader, found), unfollow(reader, found)) == (1, 0)
    assert count(Topic, topic) == 0


def test_nobody_ends_the_follows_of_others(db):
    topic, reader, other = quiet_topic(), make.viewer(), make.viewer()
    follow(reader, topic, "weekly")
    found = queries.find_follow(reader, topic_id=topic.id)

    assert unfollow(other, found) == 0
    with transaction():
        actions.change_frequency(other, [found.id], "none")

    assert queries.find_follow(reader, topic_id=topic.id).frequency == "weekly"
    assert count(Topic, topic) == 1


def test_guests_follow_nothing(db):
    topic, board, member = quiet_topic(), make.board(), make.user()

    for act in (
        lambda: follow(make.guest(), topic),
        lambda: follow_board(make.guest(), board),
        lambda: follow_member(make.guest(), member.id),
    ):
        with pytest.raises(Forbidden):
            act()


def test_nobody_follows_themselves(db):
    me = make.viewer()

    with pytest.raises(Forbidden):
        follow_member(me, me.id)


def test_only_what_one_may_read_can_be_followed(db):
    board = make.private_board()
    topic, hidden = make.topic(board, make.admin()), make.topic(state=HIDDEN)
    reader, moderator = make.viewer(), make.moderator()

    assert not policy.may_follow_topic(reader, topic)
    assert not policy.may_follow_topic(reader, hidden)
    assert not policy.may_follow_board(reader, make.facts_of(board))
    assert policy.may_follow_topic(moderator, topic)
    assert policy.may_follow_board(moderator, make.facts_of(board))


def test_categories_and_links_are_not_followed(db):
    category, target = make.board(is_category=True), quiet_topic()
    link = make.topic(link_to_id=target.id)

    assert not policy.may_follow_board(make.viewer(), make.facts_of(category))
    assert not policy.may_follow_topic(make.viewer(), link)


def test_unknown_frequencies_are_refused(db):
    topic, reader = quiet_topic(), make.viewer()

    with pytest.raises(Invalid):
        follow(reader, topic, "hourly")

    assert count(Topic, topic) == 0


def test_authors_and_repliers_follow_by_themselves(db):
    topic = make.topic(replies=2)

    assert count(Topic, topic) == 3
    assert {f.frequency for f in db.query(Follow)} == {"immediate"}


def test_who_does_not_want_to_follow_by_themselves_does_not(db):
    topic = quiet_topic()
    make.reply(topic, make.viewer(preferences={"follow_replied": False}))

    assert count(Topic, topic) == 0


def test_following_by_oneself_is_done_as_preferred(db):
    topic = quiet_topic()

    make.reply(topic, make.viewer(preferences={"follow_frequency": "daily", "follow_anonymously": True}))

    found = db.query(Follow).one()
    assert (found.frequency, found.is_anonymous) == ("daily", True)


def test_a_reply_leaves_an_earlier_follow_as_it_is(db):
    topic, who = quiet_topic(), make.user()
    follow(make.viewer(who), topic, "none", is_anonymous=True)

    make.reply(topic, make.viewer(who))

    found = db.query(Follow).one()
    assert (found.frequency, found.is_anonymous, count(Topic, topic)) == ("none", True, 1)


@pytest.mark.parametrize("place", ["topic", "board", "profile"])
def test_the_form_follows_and_unfollows(db, client, place):
    thing = {"topic": quiet_topic, "board": make.board, "profile": make.user}[place]()
    model = {"topic": Topic, "board": Board, "profile": User}[place]
    browser = client(make.viewer())

    answer = browser.post(f"/{place}/{thing.id}-x/follow", data={"frequency": "weekly", "public": "1"})
    assert (answer.status_code, answer.location) == (303, f"/{place}/{thing.id}-{thing.slug}/")
    found = db.query(Follow).one()
    assert (found.frequency, found.is_anonymous, count(model, thing)) == ("weekly", False, 1)

    browser.post(f"/{place}/{thing.id}/follow", data={"frequency": "none"})
    assert db.query(Follow.is_anonymous).scalar() is True
    answer = browser.post(f"/{place}/{thing.id}/unfollow", data={"next": "/settings/follows/"})
    assert (answer.status_code, answer.location) == (303, "/settings/follows/")
    assert (db.query(Follow).count(), count(model, thing)) == (0, 0)
    assert browser.post(f"/{place}/{thing.id}/unfollow").status_code == 303


def test_a_bare_button_follows_as_preferred(db, client):
    topic = quiet_topic()
    reader = make.viewer(preferences={"follow_frequency": "weekly", "follow_anonymously": True})

    client(reader).post(f"/topic/{topic.id}/follow")

    found = db.query(Follow).one()
    assert (found.frequency, found.is_anonymous) == ("weekly", True)


@pytest.mark.parametrize("place", ["topic", "board", "profile"])
@pytest.mark.parametrize("what", ["follow", "unfollow"])
def test_guests_are_asked_to_sign_in(db, client, place, what):
    thing = {"topic": quiet_topic, "board": make.board, "profile": make.user}[place]()

    assert client().post(f"/{place}/{thing.id}/{what}").status_code == 403


@pytest.mark.parametrize("what", ["follow", "unfollow", "followers"])
def test_a_private_place_is_not_there_for_outsiders(db, client, what):
    board = make.private_board()
    topic = make.topic(board, make.admin())

    for browser in (client(), client(make.viewer())):
        send = browser.get if what == "followers" else browser.post
        assert send(f"/topic/{topic.id}/{what}").status_code == 404
        assert send(f"/board/{board.id}/{what}").status_code == 404
        assert send(f"/profile/999999/{what}").status_code == 404


def test_the_followers_of_a_board_one_may_see_but_not_read_are_not_told(db, client):
    board = make.board(members=Right.SEE, guests=Right.SEE)

    assert client(make.viewer()).get(f"/board/{board.id}/followers").status_code == 403
    assert client(make.viewer()).post(f"/board/{board.id}/follow").status_code == 403


def test_a_made_up_frequency_is_refused_with_a_sentence(db, client):
    topic = quiet_topic()

    answer = client(make.viewer()).post(f"/topic/{topic.id}/follow", data={"frequency": "hourly"})

    assert answer.status_code == 422
    assert "Choose how often" in answer.text


def test_followers_are_listed_but_for_the_anonymous(db, client):
    topic = quiet_topic()
    follow(make.viewer(name="Bram Koster"), topic)
    follow(make.viewer(name="Shy Person"), topic, is_anonymous=True)

    text = client().get(f"/topic/{topic.id}/followers").text

    assert "Bram Koster" in text
    assert "Shy Person" not in text
    assert "1 member follows this without being named." in text


def test_followers_are_paged(db):
    topic = quiet_topic()
    for _ in range(3):
        follow(make.viewer(), topic)

    first = queries.page_of_followers(topic_id=topic.id, limit=2)
    second = queries.page_of_followers(topic_id=topic.id, limit=2, after=first.next)

    assert (len(first.members), len(second.members), second.next) == (2, 1, None)


@pytest.mark.parametrize("place", ["board", "profile"])
def test_boards_and_members_have_lists_of_followers(db, client, place):
    thing, reader = (make.board() if place == "board" else make.user()), make.viewer(name="Odile Farrow")
    (follow_board(reader, thing) if place == "board" else follow_member(reader, thing.id))

    assert "Odile Farrow" in client().get(f"/{place}/{thing.id}/followers").text


def test_ones_list_names_everything_one_follows(db, client, count_queries):
    topic, board, member = quiet_topic(), make.board("Tide Tables"), make.user("Noor Salim")
    reader = make.viewer()
    follow(reader, topic)
    follow_board(reader, board)
    follow_member(reader, member.id)

    browser = client(reader)
    with count_queries() as seen:
        text = browser.get("/settings/follows/").text

    assert all(name in text for name in (topic.title, "Tide Tables", "Noor Salim"))
    assert len(seen) <= 6


def test_what_one_may_no_longer_read_is_not_named_but_can_be_unfollowed(db, client):
    board = make.board("Secret Harbour")
    topic, reader = quiet_topic(board), make.viewer()
    follow(reader, topic)
    follow_board(reader, board)
    browser = client(reader)

    close(board)
    text = browser.get("/settings/follows/").text

    assert topic.title not in text
    assert topic.slug not in text
    assert "Secret Harbour" not in text
    assert "A topic you can no longer read" in text
    assert "A board you can no longer read" in text
    ids = [str(f.id) for f in db.query(Follow)]
    assert browser.post("/settings/follows/", data={"follow": ids, "do": "unfollow"}).status_code == 303
    assert (db.query(Follow).count(), count(Topic, topic), count(Board, board)) == (0, 0, 0)


def test_several_are_changed_or_ended_together(db, client):
    topics, reader = [quiet_topic() for _ in range(3)], make.viewer()
    for topic in topics:
        follow(reader, topic)
    ids = [str(f.id) for f in db.query(Follow).order_by(Follow.id)]
    browser = client(reader)

    answer = browser.post("/settings/follows/", data={"follow": ids[:2], "do": "frequency", "frequency": "daily"})
    assert (answer.status_code, answer.location) == (303, "/settings/follows/")
    assert [f.frequency for f in db.query(Follow).order_by(Follow.id)] == ["daily", "daily", "immediate"]
    browser.post("/settings/follows/", data={"follow": ids[1:], "do": "unfollow", "before": "77"})
    assert [count(Topic, topic) for topic in topics] == [1, 0, 0]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"do": "unfollow"},
        {"do": "unfollow", "follow": "x"},
        {"do": "sing", "follow": "1"},
        {"do": "frequency", "follow": "1"},
        {"do": "frequency", "follow": "1", "frequency": "hourly"},
        {"do": "unfollow", "follow": "9" * 400, "before": "9" * 400},
    ],
)
def test_nonsense_is_refused_with_a_sentence(db, client, sent):
    answer = client(make.viewer()).post("/settings/follows/", data=sent)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_guests_have_no_list(db, client):
    assert client().get("/settings/follows/").status_code == 403
    assert client().post("/settings/follows/", data={"follow": "1", "do": "unfollow"}).status_code == 403


def test_the_list_is_paged(db):
    topics = [quiet_topic() for _ in range(3)]
    reader = make.viewer()
    for topic in topics:
        follow(reader, topic)

    first = queries.page_of_follows(reader, limit=2)
    second = queries.page_of_follows(reader, limit=2, before=first[-1].follow.id)

    assert (len(first), len(second)) == (2, 1)


def test_the_topic_page_offers_what_fits(db, client):
    topic, reader = quiet_topic(), make.viewer()
    place = f"/topic/{topic.id}-{topic.slug}/"

    assert "Sign in to follow this" in client().get(place).text
    assert f'action="{place}follow"' in client(reader).get(place).text
    assert "unfollow" not in client(reader).get(place).text
    follow(reader, topic, "weekly")
    text = client(reader).get(place).text
    assert f'formaction="{place}unfollow"' in text
    assert 'value="weekly" checked' in text
    assert "Following" in text
