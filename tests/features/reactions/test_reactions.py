import pytest

from app.features.accounts.models import User
from app.features.posts.models import Post
from app.features.reactions import actions, policy, queries
from app.features.reactions.models import KINDS, Reaction
from app.features.topics.models import HIDDEN
from app.kernel.db import transaction
from app.kernel.errors import Forbidden, Invalid
from tests import make


def reputation(db, user_id):
    return db.get(User, user_id, populate_existing=True).reputation


def a_post():
    """A reply by a member, and its topic."""
    topic = make.topic()
    return make.reply(topic), topic


def react(who, post, topic, kind="heart"):
    with transaction():
        actions.react(who, post, topic, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_point_for_the_author(db, kind):
    post, topic = a_post()

    react(make.viewer(), post, topic, kind)

    assert reputation(db, post.author_id) == 1


def test_the_same_again_takes_it_back(db):
    (post, topic), reader = a_post(), make.viewer()

    react(reader, post, topic)
    react(reader, post, topic)

    assert db.query(Reaction).count() == 0
    assert reputation(db, post.author_id) == 0


def test_another_kind_replaces_the_first(db):
    (post, topic), reader = a_post(), make.viewer()

    react(reader, post, topic, "heart")
    react(reader, post, topic, "bulb")

    assert [r.kind for r in db.query(Reaction)] == ["bulb"]
    assert reputation(db, post.author_id) == 1


def test_a_reaction_can_be_withdrawn_and_that_twice(db):
    (post, topic), reader = a_post(), make.viewer()
    react(reader, post, topic)

    for _ in range(2):
        with transaction():
            actions.withdraw(reader, post, topic)

    assert reputation(db, post.author_id) == 0


def test_unknown_kinds_are_refused(db):
    post, topic = a_post()

    with pytest.raises(Invalid):
        react(make.viewer(), post, topic, "poop")


def test_guests_cannot_react(db):
    post, topic = a_post()

    with pytest.raises(Forbidden):
        react(make.guest(), post, topic)


def test_nobody_reacts_to_their_own_posts(db):
    topic, author = make.topic(), make.user()
    post = make.reply(topic, make.viewer(author))

    with pytest.raises(Forbidden):
        react(make.viewer(author), post, topic)


def test_hidden_posts_take_no_reactions_from_anyone(db):
    post, topic = a_post()
    with transaction():
        post.state = HIDDEN

    assert not policy.may_react(make.viewer(), post, topic)
    assert not policy.may_react(make.moderator(), post, topic)


def test_who_may_not_read_cannot_react(db):
    topic = make.topic(make.private_board(), make.admin())
    post = db.get(Post, topic.first_post_id)

    assert not policy.may_react(make.viewer(), post, topic)
    assert policy.may_react(make.moderator(), post, topic)


def test_tallies_come_with_ones_own_in_one_query(db, count_queries):
    (post, topic), reader = a_post(), make.viewer()
    other = make.reply(topic)
    for who, kind in ((reader, "heart"), (make.viewer(), "heart"), (make.viewer(), "bulb")):
        react(who, post, topic, kind)

    with count_queries() as seen:
        tallies = queries.tallies_by_post([post.id, other.id], reader)

    assert tallies[post.id] == [queries.Tally("heart", 2, is_mine=True), queries.Tally("bulb", 1, is_mine=False)]
    assert other.id not in tallies
    assert len(seen) == 1
    assert not any(t.is_mine for t in queries.tallies_by_post([post.id], make.guest())[post.id])


def test_the_button_reacts_and_goes_back_to_the_post(db, client):
    post, _ = a_post()
    browser = client(make.viewer())

    answer = browser.post(f"/post/{post.id}/react", data={"reaction": "thumb"})

    assert (answer.status_code, answer.location) == (303, f"/post/{post.id}/")
    assert reputation(db, post.author_id) == 1
    browser.post(f"/post/{post.id}/react", data={"withdraw": "1"})
    assert reputation(db, post.author_id) == 0


@pytest.mark.parametrize("sent", [{}, {"reaction": "poop"}, {"reaction": "x" * 500}])
def test_nonsense_is_refused_with_a_sentence(db, client, sent):
    post, _ = a_post()

    answer = client(make.viewer()).post(f"/post/{post.id}/react", data=sent)

    assert answer.status_code == 422
    assert "There is no such reaction." in answer.text


def test_a_post_that_cannot_be_seen_is_not_found(db, client):
    post, _ = a_post()
    with transaction():
        post.state = HIDDEN

    assert client(make.viewer()).post(f"/post/{post.id}/react", data={"reaction": "thumb"}).status_code == 404
    assert client(make.viewer()).get(f"/post/{post.id}/reactions/").status_code == 404


def test_a_guests_reaction_is_refused(db, client):
    post, _ = a_post()

    assert client().post(f"/post/{post.id}/react", data={"reaction": "thumb"}).status_code == 403
    assert reputation(db, post.author_id) == 0


def test_the_page_names_who_reacted(db, client, count_queries):
    (post, topic), reader = a_post(), make.viewer(name="Odile")
    react(reader, post, topic, "bulb")

    browser = client()
    with count_queries() as seen:
        answer = browser.get(f"/post/{post.id}/reactions/")

    assert "Odile" in answer.text
    assert "Insightful" in answer.text
    assert len(seen) <= 6
    assert 'name="reaction"' not in answer.text
    assert 'name="reaction"' in client(make.viewer()).get(f"/post/{post.id}/reactions/?after=nonsense").text


def test_a_post_says_how_many_reacted(db, client):
    (post, topic), reader = a_post(), make.viewer()
    react(reader, post, topic, "bulb")
    place = f"/topic/{topic.id}-{topic.slug}/"

    assert ">1 member</a>" in client().get(place).text
    mine = client(reader).get(place).text
    assert ">You</a>" in mine
    assert 'value="bulb" title="Insightful" aria-pressed="true"' in mine
    react(make.viewer(), post, topic, "heart")
    assert ">You and 1 other</a>" in client(reader).get(place).text


def test_the_menu_is_small(db, client):
    topic = make.topic()
    reader = client(make.viewer())
    one = len(reader.get(f"/topic/{topic.id}-{topic.slug}/").text)

    text = reader.get(f"/topic/{topic.id}-{topic.slug}/").text
    menu = text[text.index('<details class="menu menu-start react-panel"') :]
    menu = menu[: menu.index("</details>")]

    assert one > len(menu)
    assert len(menu) < 700
