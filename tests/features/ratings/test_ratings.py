import pytest

from app.features.boards.models import Board
from app.features.ratings import actions, policy
from app.features.ratings.models import Rating
from app.features.ratings.queries import stars_by
from app.features.topics.models import HIDDEN, Topic
from app.kernel.db import session, transaction
from app.kernel.errors import Forbidden, Invalid
from tests import make


def figures(db, topic):
    found = db.get(Topic, topic.id, populate_existing=True)
    return found.rating_sum, found.rating_count, found.rating_score


def rate(who, topic, stars):
    with transaction():
        actions.rate(who, topic, stars)


def place_of(topic):
    return make.facts_of(session.get(Board, topic.board_id))


def test_ratings_add_up_on_the_topic(db):
    topic = make.topic()
    for stars in (4, 5, 5):
        rate(make.viewer(), topic, stars)

    assert figures(db, topic) == (14, 3, 4666)


def test_a_second_rating_replaces_the_first(db):
    topic, reader = make.topic(), make.viewer()

    for stars in (1, 4):
        rate(reader, topic, stars)

    assert figures(db, topic) == (4, 1, 4000)
    assert stars_by(reader, topic.id) == 4
    assert db.query(Rating).count() == 1


def test_a_rating_can_be_withdrawn_and_that_twice(db):
    topic, reader = make.topic(), make.viewer()
    rate(reader, topic, 3)

    for _ in range(2):
        with transaction():
            actions.withdraw(reader, topic)

    assert figures(db, topic) == (0, 0, 0)
    assert stars_by(reader, topic.id) is None


def test_authors_may_rate_their_own_topics(db):
    author = make.user()
    topic = make.topic(author=make.viewer(author))

    assert policy.may_rate(make.viewer(author), topic, place_of(topic))


@pytest.mark.parametrize("stars", [0, 6, -1, 44])
def test_only_one_to_five_stars_are_taken(db, stars):
    topic = make.topic()

    with pytest.raises(Invalid):
        rate(make.viewer(), topic, stars)


def test_guests_may_not_rate(db):
    topic = make.topic()

    with pytest.raises(Forbidden):
        rate(make.guest(), topic, 4)


def test_who_may_not_read_may_not_rate(db):
    topic = make.topic(make.private_board(), make.admin())

    with pytest.raises(Forbidden):
        rate(make.viewer(), topic, 4)


def test_hidden_topics_are_not_rated_even_by_moderators(db):
    topic, moderator = make.topic(state=HIDDEN), make.moderator()

    assert not policy.may_rate(moderator, topic, place_of(topic))


def test_boards_without_ratings_refuse_them(db, client):
    topic = make.topic(make.board(has_ratings=False))

    answer = client(make.viewer()).post(f"/topic/{topic.id}/rate", data={"rating": "4"})

    assert answer.status_code == 403
    assert figures(db, topic) == (0, 0, 0)


def test_the_form_rates_says_so_and_goes_back(db, client):
    topic, reader = make.topic(), make.viewer()

    answer = client(reader).post(f"/topic/{topic.id}-x/rate", data={"rating": "4", "next": "/topic/1-x/page/2/"})

    assert (answer.status_code, answer.location) == (303, "/topic/1-x/page/2/")
    assert figures(db, topic) == (4, 1, 4000)


def test_the_form_withdraws(db, client):
    topic, reader = make.topic(), make.viewer()
    browser = client(reader)
    browser.post(f"/topic/{topic.id}/rate", data={"rating": "4"})

    answer = browser.post(f"/topic/{topic.id}/rate", data={"withdraw": "1"})

    assert (answer.status_code, answer.location) == (303, f"/topic/{topic.id}-{topic.slug}/")
    assert figures(db, topic) == (0, 0, 0)


def test_the_form_leads_nowhere_else(db, client):
    topic = make.topic()

    answer = client(make.viewer()).post(f"/topic/{topic.id}/rate", data={"rating": "4", "next": "https://evil.test/"})

    assert answer.location == f"/topic/{topic.id}-{topic.slug}/"


def test_guests_are_sent_to_sign_in(db, client):
    topic = make.topic()

    answer = client().post(f"/topic/{topic.id}/rate", data={"rating": "4"})

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in/?next=%2Ftopic%2F")


@pytest.mark.parametrize(
    "sent", [{}, {"rating": ""}, {"rating": "9"}, {"rating": "four"}, {"rating": "12"}, {"rating": "4" * 400}]
)
def test_nonsense_is_refused_with_a_sentence(db, client, sent):
    topic = make.topic()

    answer = client(make.viewer()).post(f"/topic/{topic.id}/rate", data=sent)

    assert answer.status_code == 422
    assert "Choose one to five stars." in answer.text


def test_a_topic_that_cannot_be_seen_is_not_found(db, client):
    topic = make.topic(make.private_board(), make.admin())

    assert client(make.viewer()).post(f"/topic/{topic.id}/rate", data={"rating": "4"}).status_code == 404
    assert client().post(f"/topic/{topic.id}/rate", data={"rating": "4"}).status_code == 404


def test_the_topic_page_shows_the_average_and_ones_own_stars(db, client):
    topic, reader = make.topic(), make.viewer()
    rate(reader, topic, 4)
    rate(make.viewer(), topic, 5)

    seen_by_guest = client().get(f"/topic/{topic.id}-{topic.slug}/").text
    seen_by_reader = client(reader).get(f"/topic/{topic.id}-{topic.slug}/").text

    assert "4.5 average · 2 ratings" in seen_by_guest
    assert "Withdraw" not in seen_by_guest
    assert "aria-pressed" not in seen_by_guest
    assert seen_by_reader.count('aria-pressed="true"') == 1
    assert "Withdraw" in seen_by_reader
