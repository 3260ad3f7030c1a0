from app.features.topics.counting import count_view, flush_views
from app.features.topics.models import Topic
from app.kernel.db import transaction
from tests import make


def views(db, topic):
    return db.get(Topic, topic.id, populate_existing=True).view_count


def test_views_are_added_up_later(db):
    first, second = make.topic(), make.topic(view_count=40)

    for _ in range(3):
        count_view(first.id)
    count_view(second.id)
    assert views(db, first) == 0
    flush_views()
    flush_views()

    assert (views(db, first), views(db, second)) == (3, 41)


def test_a_view_of_a_topic_that_is_gone_hurts_nobody(db):
    topic = make.topic()

    count_view(999_999)
    count_view(topic.id)
    flush_views()

    assert views(db, topic) == 1


def test_every_look_counts_a_guests_too(db, client):
    topic = make.topic()
    place = f"/topic/{topic.id}-{topic.slug}/"

    client().get(place)
    client(make.viewer()).get(place)
    with transaction():
        pass
    flush_views()

    assert views(db, topic) == 2
