"""Members' profiles."""

import pytest

from tests import make


def address_of(viewer):
    return f"/profile/{viewer.id}-{viewer.slug}/"


def test_everybody_sees_who_a_member_is_and_what_they_wrote(client, db):
    author = make.viewer(
        make.member("Odile Farrow", "odile@forum.test", about="Low water.\nLong walk.", location="Orrin")
    )
    topic = make.topic(author=author, title="Sea kale from seed", body="Two winters of rotten roots later.")
    make.reply(make.topic(title="Rain barrels"), author, "Light, more than heat.")

    page = client().get(address_of(author))

    assert page.status_code == 200
    for words in ("Odile Farrow", "Member", "Low water.", "Orrin", topic.title, "Two winters", "Started a topic in"):
        assert words in page.text
    assert "Replied in" in page.text
    assert "Sign in to follow this" in page.text
    assert "odile@forum.test" not in page.text


@pytest.mark.parametrize("wrong", ["", "-", "-somebody-else", "-Odile-Farrow"])
def test_a_wrong_name_in_the_address_leads_to_the_right_one(client, db, wrong):
    member = make.viewer(make.member("Odile Farrow"))

    answer = client().get(f"/profile/{member.id}{wrong}/?tab=topics")

    assert (answer.status_code, answer.location) == (301, f"{address_of(member)}?tab=topics")


def test_nobody_is_found_at_an_unknown_id(client, db):
    for number in ("99999", "2147483647", "99999999999", "0", "x"):
        assert client().get(f"/profile/{number}-ann/").status_code == 404


def test_names_of_every_script_have_a_working_address(client, db):
    member = make.member("Олена Шевченко", slug="олена-шевченко")

    assert client().get(f"/profile/{member.id}-олена-шевченко/").status_code == 200


def test_what_the_reader_may_not_see_is_not_listed(client, db):
    author = make.moderator("Ines Calder")
    make.topic(make.private_board(), author, title="Canary in private", body="Canary text")
    open_topic = make.topic(author=author, title="Open to all")
    make.topic(author=author, title="Hidden one", state="hidden")
    hidden = make.reply(make.topic(), author, "Canary reply")
    with make.transaction():
        hidden.state = "hidden"

    for browser in (client(), client(make.viewer())):
        page = browser.get(address_of(author)).text
        assert open_topic.title in page
        assert "Canary" not in page
        assert "Hidden one" not in page
    assert "Canary in private" in client(make.moderator()).get(address_of(author)).text


def test_topics_and_older_posts_have_pages_of_their_own(client, db):
    author = make.viewer()
    topic = make.topic(author=author, title="The first of many")
    for number in range(25):
        make.reply(topic, author, f"Reply number {number}.")

    first = client().get(address_of(author)).text
    older = client().get(f"{address_of(author)}?before={topic.first_post_id + 6}").text
    topics = client().get(f"{address_of(author)}?tab=topics").text

    assert first.count("<blockquote>") == 20
    assert f"?before={topic.first_post_id + 6}" in first
    assert older.count("<blockquote>") == 6
    assert "Older activity" not in older
    assert topics.count("<blockquote>") == 1
    for strange in ("0", "-1", "x", "9" * 30, "²"):
        assert client().get(f"{address_of(author)}?before={strange}").status_code == 200


def test_members_follow_others_but_not_themselves(client, db):
    one, other = make.viewer(), make.viewer()

    theirs, own = client(one).get(address_of(other)).text, client(one).get(address_of(one)).text

    assert f'action="{address_of(other)}follow"' in theirs
    assert f'action="{address_of(one)}follow"' not in own
    assert "Edit your profile" in own


def test_who_does_not_want_to_be_seen_has_not_been_seen(client, db):
    shown = make.member("Ann Lee", last_seen_at=make.now())
    hidden = make.member("Bo Berg", "bo@forum.test", last_seen_at=make.now(), preferences={"is_shown_present": False})

    assert "Last seen" in client().get(address_of(shown)).text
    assert "Last seen" not in client().get(address_of(hidden)).text


@pytest.mark.parametrize("posts", [1, 25])
def test_a_profile_costs_the_same_whatever_its_owner_wrote(client, db, count_queries, posts):
    author, reader = make.viewer(), make.viewer()
    make.topic(author=author)
    topic = make.topic()
    for _number in range(posts - 1):
        make.reply(topic, author)
    browsers = {6: client(), 9: client(reader)}

    for budget, browser in browsers.items():
        browser.get(address_of(author))
        with count_queries() as seen:
            assert browser.get(address_of(author)).status_code == 200
        assert len(seen) <= budget, "\n".join(seen)
