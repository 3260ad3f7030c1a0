import datetime as dt

import pytest

from app.features.accounts.actions import change_preferences
from app.features.presence import places
from app.features.presence.jobs import drop_old_presence
from app.features.presence.models import Presence
from app.features.presence.queries import members_at, members_online, saw
from app.features.site.actions import store_settings
from app.features.site.queries import use_version
from app.kernel.clock import now
from app.kernel.db import session, transaction
from tests import make

PLACE = "topic:7"


def names(found):
    return [who.name for who in found]


def written():
    return session.query(Presence).count()


def age(minutes):
    """Make every written sighting older."""
    with transaction():
        for row in session.query(Presence):
            row.seen_at = now() - dt.timedelta(minutes=minutes)


def test_a_member_is_seen_at_once_and_after_it_is_written(db):
    reader = make.viewer(name="Ines")

    saw(reader, PLACE)
    at_once = members_at(PLACE, make.guest())
    places.flush_presence()
    later = members_at(PLACE, make.guest())

    assert names(at_once) == names(later) == ["Ines"]
    assert at_once[0] == later[0] == places.Present(reader.id, "Ines", reader.slug, 2)
    assert written() == 1


def test_others_come_after_the_viewer_and_nobody_twice(db):
    first, second, me = make.viewer(), make.viewer(), make.viewer()
    saw(me, PLACE)
    places.flush_presence()
    saw(first, PLACE)
    saw(second, PLACE)

    found = members_at(PLACE, me)

    assert [who.id for who in found] == [me.id, second.id, first.id]


def test_guests_leave_no_trace(db):
    saw(make.guest(), PLACE)
    places.flush_presence()

    assert members_at(PLACE, make.viewer()) == []
    assert written() == 0


def test_who_hides_is_neither_listed_nor_counted_nor_written(db):
    hidden = make.viewer(preferences={"is_shown_present": False})

    saw(hidden, PLACE)
    places.flush_presence()

    assert members_at(PLACE, hidden) == []
    assert members_online(hidden) == []
    assert written() == 0


def test_hiding_takes_effect_at_once(db):
    shown, other = make.viewer(), make.viewer()
    saw(shown, PLACE)
    saw(other, PLACE)
    places.flush_presence()
    saw(shown, "home")

    with transaction():
        change_preferences(shown, {"is_shown_present": False})

    assert [who.id for who in members_at(PLACE, make.guest())] == [other.id]
    assert [who.id for who in members_online(make.guest())] == [other.id]
    assert session.query(Presence.user_id).all() == [(other.id,)]


def test_a_change_of_other_preferences_leaves_presence_alone(db):
    shown = make.viewer()
    saw(shown, PLACE)
    places.flush_presence()

    with transaction():
        change_preferences(shown, {"theme": "dark"})

    assert written() == 1


def test_who_was_last_here_long_ago_is_not_listed_and_dropped(db):
    saw(make.viewer(), PLACE)
    places.flush_presence()

    age(29)
    assert len(members_at(PLACE, make.guest())) == 1
    drop_old_presence()
    assert written() == 1
    age(31)
    assert members_at(PLACE, make.guest()) == []
    assert members_online(make.guest()) == []
    drop_old_presence()
    assert written() == 0


def test_how_long_is_a_setting_of_the_site(db):
    saw(make.viewer(), PLACE)
    places.flush_presence()
    age(10)

    with transaction():
        store_settings(presence_minutes=5)
    use_version(None)

    assert members_at(PLACE, make.guest()) == []


def test_a_member_is_written_once_a_minute_for_each_place(db, monkeypatch):
    reader = make.viewer()
    for place in (PLACE, PLACE, "home"):
        saw(reader, place)
    places.flush_presence()
    saw(reader, PLACE)

    assert places.not_yet_written() == {}
    assert written() == 2
    in_a_minute = now() + dt.timedelta(seconds=61)
    monkeypatch.setattr(places, "now", lambda: in_a_minute)
    saw(reader, PLACE)
    places.flush_presence()
    assert session.query(Presence.seen_at).filter_by(place=PLACE).scalar() == in_a_minute


def test_an_older_sighting_never_replaces_a_newer_one(db, monkeypatch):
    reader = make.viewer()
    saw(reader, PLACE)
    places.flush_presence()
    newest = session.query(Presence.seen_at).scalar()

    places.forget_everyone()
    monkeypatch.setattr(places, "now", lambda: newest - dt.timedelta(minutes=5))
    saw(reader, PLACE)
    places.flush_presence()

    assert session.query(Presence.seen_at).scalar() == newest


def test_a_sighting_of_nobody_is_dropped_and_does_not_hold_up_others(db):
    known = make.viewer()
    saw(known, PLACE)
    places._buffer.add((999_999, PLACE), places.Sighting(now(), places.Present(999_999, "Nobody", "nobody", 2)))

    places.flush_presence()

    assert session.query(Presence.user_id).all() == [(known.id,)]


def test_what_could_not_be_written_is_kept_and_still_seen(db, monkeypatch):
    saw(make.viewer(), PLACE)

    def fail(_seen):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(places, "_store_some", fail)
        with pytest.raises(RuntimeError):
            places.flush_presence()

    assert len(members_at(PLACE, make.guest())) == 1
    places.flush_presence()
    assert written() == 1


def test_each_list_takes_one_query(db, count_queries):
    for _ in range(3):
        saw(make.viewer(), PLACE)
    places.flush_presence()
    saw(make.viewer(), PLACE)
    members_at(PLACE, make.guest())

    with count_queries() as at:
        assert len(members_at(PLACE, make.guest())) == 4
    with count_queries() as online:
        assert len(members_online(make.guest())) == 4

    assert (len(at), len(online)) == (1, 1)


def test_online_are_all_places_together_by_name_with_the_viewer_first(db):
    for name, place in (("bela", "home"), ("Ada", PLACE), ("Ada 2", "board:1")):
        saw(make.viewer(name=name), place)
    me = make.viewer(name="Zoe")
    saw(me, "home")
    saw(me, PLACE)

    assert names(members_online(me)) == ["Zoe", "Ada", "Ada 2", "bela"]
    places.flush_presence()
    assert names(members_online(me)) == ["Zoe", "Ada", "Ada 2", "bela"]


def test_the_topic_page_lists_members_and_says_when_there_are_none(db, client):
    topic, reader = make.topic(), make.viewer(name="Ines Calder")
    place = f"/topic/{topic.id}-{topic.slug}/"

    empty = client().get(place).text
    own = client(reader).get(place).text
    guest = client().get(place).text

    assert "No registered users viewing this page." in empty
    assert "0 members" in empty
    assert "1 member<" in own
    assert "Ines Calder" in guest[guest.index("Recently Browsing") :]


def test_a_guests_look_at_a_topic_writes_nothing(db, client, count_queries):
    topic = make.topic()
    browser = client()

    with count_queries() as seen:
        browser.get(f"/topic/{topic.id}-{topic.slug}/")

    assert not [statement for statement in seen if not statement.lstrip().upper().startswith(("SELECT", "WITH"))]


def test_of_many_some_are_shown_and_all_are_counted(db, monkeypatch):
    monkeypatch.setattr("app.features.presence.queries.SHOWN_AT_MOST", 3)
    me = make.viewer()
    saw(me, PLACE)
    places.flush_presence()
    for _ in range(4):
        saw(make.viewer(), PLACE)
    places.flush_presence()
    saw(make.viewer(), PLACE)

    for company in (members_at(PLACE, me), members_online(me)):
        assert (len(company), company.total, company.others) == (3, 6, 3)
        assert company[0].id == me.id
    assert members_at(PLACE, make.guest()).total == 6
