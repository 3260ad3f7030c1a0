"""What is found, by whom, and in which order; the same on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.features.moderation import actions as moderation
from app.features.posts import actions as posts
from app.features.posts.models import Post
from app.features.search import jobs
from app.features.search.asking import understand
from app.features.search.queries import finding
from app.features.search.queries.finding import Asked
from app.features.site.actions import store_settings
from app.kernel.clock import now
from app.kernel.db import transaction
from tests import make
from tests.features.search.indexed import best, bring_up_to_date, search


@pytest.fixture
def say(db):
    """Write replies, one for each text, and index them."""
    topic = make.topic(title="Talk", body="Opening.")

    def saying(*texts, topic=topic):
        made = [make.reply(topic, body=text).id for text in texts]
        bring_up_to_date()
        return made

    return saying


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("The ferries are late.", "ferry"),
        ("The ferry is late.", "FERRIES"),
        ("Crème brûlée.", "creme brulee"),
        ("creme brulee", "crème brûlée"),
        ("Written in C++ only.", "c++"),
        ("Written in C# only.", "C#"),
        ("It runs on .NET today.", ".net"),
        ("It is Node.js behind it.", "node.js"),
        ("All I get is a 404.", "404"),
        ("我在东京大学学习", "大学"),
        ("我在东京大学学习", "东京大学"),
        ("我喜欢茶", "茶"),
        ("茶很好", "茶"),
        ("学校へ行きます", "行き"),
        ("한국어를 배웁니다", "한국"),
        ("नमस्ते दुनिया", "दुनिया"),
        ("to be or not to be", '"to be or not to be"'),
        ("a b c", "a b c"),
        ("See snake_case there", "snake_case"),
        ("**Bold**words and `code`", "code"),
        ("Ann's umbrella", "Ann's"),
        ("It is on ann@forum.test now", "ann@forum.test"),
        ("good 🙂", "🙂"),
    ],
)
def test_it_is_found(say, text, typed):
    _other, wanted = say("Something else altogether.", text)

    assert search(typed) == [wanted]
    assert best(typed) == [wanted]


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Written in C.", "c++"),
        ("A net.", ".net"),
        ("The node is JavaScript, js for short.", "node.js"),
        ("be to not or", '"to be"'),
        ("大东京学", "大学"),
        ("The ferry is late.", "ferry -late"),
        ("The ferry is late.", '"late ferry"'),
        ("The ferry is late.", "ferry boat"),
        ("[words](https://hidden.example/)", "hidden"),
        ("||spoiled|| ending", "spoiled"),
    ],
)
def test_it_is_not_found(say, text, typed):
    say(text)

    assert search(typed) == []
    assert best(typed) == []


def test_inflections_are_found_in_the_language_of_the_site(db):
    topic = make.topic(title="Hafen")
    with transaction():
        store_settings(default_locale="de")
    post = make.reply(topic, body="Die Häuser am Hafen haben neue Fahrpläne.")
    bring_up_to_date()

    assert search("Haus Fahrplan") == [post.id]


def test_every_pair_of_characters_of_a_chinese_text_is_found(say):
    text = "我们昨天在东京大学图书馆见面"
    (post_id,) = say(text)

    assert {pair for at in range(len(text) - 1) if search(pair := text[at : at + 2]) != [post_id]} == set()


def test_alternatives_and_exclusions(say):
    ferry, boat, both, late = say("A ferry.", "A boat.", "A ferry and a boat.", "A late ferry.")

    assert search("ferry OR boat") == [late, both, boat, ferry]
    assert search("ferry | boat -late") == [both, boat, ferry]
    assert search('ferry -"and a boat"') == [late, ferry]
    assert search("ferry boat") == [both]


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "'",
        "a' OR 1=1 --",
        'tokens:"x"',
        "{title} : x",
        "x* AND (y",
        "NEAR(x y, 2)",
        "^x",
        "x\\' | 'y",
        "!x & y <-> z",
        "x:*A",
        "\x00x",
        "; DROP TABLE posts",
        "a:1 b:2",
        "~stem =title",
        "%",
        "x" * 5000,
        "( " * 90,
        "\ud800",
    ],
)
def test_hostile_queries_are_only_words(say, typed):
    say("harmless")

    if understand(typed, "en").groups:
        assert search(typed) == []
        assert best(typed) == []


def test_a_query_cannot_reach_what_the_index_holds_beside_words(say, db):
    (post_id,) = say("harmless")
    author_id = db.get_one(Post, post_id).author_id

    assert search(f"a:{author_id}") == []


def test_a_title_is_found_and_comes_before_mere_mentions(db):
    board = make.board()
    mention = make.topic(board, title="Something else", body="The timetable of the ferry, they say.")
    titled = make.topic(board, title="Ferry timetable", body="Here it is.")
    again = make.topic(board, title="More", body="The timetable of the ferry again, and a ferry.")
    bring_up_to_date()

    assert best("ferry timetable")[0] == titled.first_post_id
    assert search("timetable") == [again.first_post_id, titled.first_post_id, mention.first_post_id]
    assert search("timetable", only_titles=True) == [titled.first_post_id]
    assert search('"ferry timetable"', only_titles=True) == [titled.first_post_id]
    assert search('"timetable ferry"', only_titles=True) == []
    assert search("here", only_titles=True) == []


def test_no_phrase_runs_from_a_title_into_the_text(db):
    make.topic(title="Late ferry", body="Timetable inside.")
    bring_up_to_date()

    assert search('"ferry timetable"') == []


def test_filters_narrow(db):
    board, elsewhere = make.board(), make.board()
    ann, bram = make.viewer(), make.viewer()
    topic = make.topic(board, ann, title="One", body="ferry")
    reply = make.reply(topic, bram, "ferry")
    other = make.topic(elsewhere, bram, title="Two", body="ferry")
    bring_up_to_date()

    assert search("ferry", board_ids=frozenset({board.id})) == [reply.id, topic.first_post_id]
    assert search("ferry", author_id=bram.id) == [other.first_post_id, reply.id]
    assert search("ferry", topic_id=topic.id, author_id=ann.id) == [topic.first_post_id]
    assert search("", author_id=bram.id) == [other.first_post_id, reply.id]
    assert search("-ferry", topic_id=topic.id) == []


def test_days_narrow(db, say):
    old, new = say("ferry", "ferry")
    post = db.get_one(Post, old)
    with transaction():
        post.created_at = now() - timedelta(days=40)
    jobs.index_posts([old, new])
    border = now() - timedelta(days=20)

    assert search("ferry", until=border) == [old]
    assert search("ferry", since=border) == [new]
    assert search("ferry", since=border - timedelta(days=1), until=border) == []


def test_it_goes_on_where_it_stopped(say):
    ids = say(*["ferry"] * 5)
    asked = Asked(understand("ferry", "en"))

    first = finding.newest(asked, make.guest(), before=None, limit=2)
    second = finding.newest(asked, make.guest(), before=first.before, limit=2)
    third = finding.newest(asked, make.guest(), before=second.before, limit=2)

    assert [*first.post_ids, *second.post_ids, *third.post_ids] == ids[::-1]
    assert third.before is None


def test_it_says_where_it_gave_up_looking(say, monkeypatch):
    ids = say(*["ferry"] * 12)
    monkeypatch.setattr(finding, "LOOKED_AT", 4)
    monkeypatch.setattr(finding, "RANKED", 4)
    monkeypatch.setattr(finding, "RANKED_AT_LEAST", 1)
    asked = Asked(understand("ferry", "en"))

    assert finding.best(asked, make.guest()).before == ids[8]
    assert len(finding.best(asked, make.guest()).post_ids) == 4


def test_windows_that_grow_find_everything(say, monkeypatch):
    ids = say(*["ferry" if n % 3 else "boat" for n in range(12)])
    monkeypatch.setattr(finding, "FIRST_WINDOW", 2)
    monkeypatch.setattr(finding, "RANKED_WINDOW", 3)
    monkeypatch.setattr(finding, "GROWTH", 2)

    assert search("ferry") == [post_id for n, post_id in enumerate(ids) if n % 3][::-1]
    assert sorted(best("boat")) == ids[::3]


def test_a_search_costs_few_statements_however_much_it_finds(say, count_queries):
    say(*["ferry"] * 30)
    viewer = make.viewer()
    with count_queries() as few:
        search("boat", viewer)
    with count_queries() as many:
        search("ferry", viewer)

    assert len(many) <= len(few)
    assert len(few) <= 3 + 2


def test_what_was_found_in_time_is_shown_and_the_rest_for_those_who_go_on(say, monkeypatch):
    ids = say(*["ferry"] * 12)
    monkeypatch.setattr(finding, "PATIENCE", -1.0)
    asked = Asked(understand("ferry", "en"))

    first = finding.newest(asked, make.guest(), before=None, limit=2)
    monkeypatch.setattr(finding, "RANKED", 1)
    rest = finding.best(asked, make.guest())

    assert list(first.post_ids) == ids[:9:-1]
    assert rest.before == ids[-1]


def test_a_search_that_takes_too_long_is_given_up(say, monkeypatch):
    ids = say(*["ferry"] * 30)
    if finding.is_sqlite():
        monkeypatch.setattr(finding, "SECONDS", 0.0)
        monkeypatch.setattr(finding, "STEPS", 1)
    else:
        slow = sa.select(sa.func.pg_sleep(1))
        monkeypatch.setattr(finding, "SECONDS", 0.05)
        monkeypatch.setattr(finding, "_statement", lambda *_args, **_more: slow)

    with pytest.raises(finding.TooSlow):
        search("ferry")

    monkeypatch.undo()
    assert search("ferry") == ids[::-1]


class Town:
    """One post of every kind of state, each with the word "canary"."""

    def __init__(self):
        self.open, self.private = make.board("Open"), make.private_board("Private")
        self.moderator, self.admin, self.member = make.moderator(), make.admin(), make.viewer()
        self.local = make.board_moderator(self.open)
        topic = make.topic(self.open, self.member, title="Open", body="canary")
        self.published = topic.first_post_id
        self.hidden, self.deleted = (make.reply(topic, self.member, "canary") for _ in range(2))
        self.hidden_topic = make.topic(self.open, self.member, title="canary", body="canary")
        self.secret = make.topic(self.private, self.moderator, title="canary", body="canary")
        bring_up_to_date()
        with transaction():
            moderation.hide_posts(self.moderator, [self.hidden], "because")
            posts.delete_own_post(self.member, self.deleted, topic, make.facts_of(self.open))
            moderation.hide_topics(self.moderator, [self.hidden_topic], "because")


@pytest.fixture
def town(db):
    return Town()


@pytest.mark.parametrize("look", [search, best])
def test_nobody_finds_what_they_may_not_read(town, look):
    in_order = {town.published, town.hidden.id, town.deleted.id, town.hidden_topic.first_post_id}

    for viewer in (make.guest(), town.member):
        assert look("canary", viewer) == [town.published]
    assert set(look("canary", town.local)) == in_order
    for viewer in (town.moderator, town.admin):
        assert set(look("canary", viewer)) == in_order | {town.secret.first_post_id}


def test_a_board_that_may_not_be_read_is_no_filter_either(town):
    private = frozenset({town.private.id})

    assert search("canary", town.member, board_ids=private) == []
    assert search("canary", town.moderator, board_ids=private) == [town.secret.first_post_id]


def test_what_changes_the_rights_changes_what_is_found_at_once(town):
    with transaction():
        moderation.move_topics(town.admin, [town.secret], make.facts_of(town.open), leave_link=False, reason="")

    assert set(search("canary", town.member)) == {town.published, town.secret.first_post_id}
