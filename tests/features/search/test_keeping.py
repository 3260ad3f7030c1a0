"""The index follows what happens, catches up by itself, and is made again while people search."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from app.features.moderation import actions as moderation
from app.features.moderation.purge import purge_deleted
from app.features.posts import actions as posts
from app.features.posts.models import Post
from app.features.search import actions, jobs
from app.features.search.models import Entry, IndexedTopic, Progress
from app.features.search.queries import indexing
from app.features.search.queries.finding import is_sqlite
from app.features.site.actions import store_settings
from app.kernel import jobs as queue
from app.kernel.clock import now
from app.kernel.db import transaction
from app.kernel.jobs import Job
from app.operate import search as search_command
from tests import make
from tests.features.search.indexed import bring_up_to_date, search


def work():
    """Only what is queued: nothing that is found by looking."""
    while queue.run_next():
        pass


def edit(post, topic, board, source, title=""):
    admin = make.admin()
    with transaction():
        if title:
            posts.edit_topic_opening(admin, post, topic, make.facts_of(board), posts.Edit(source, title=title))
        else:
            posts.edit_post(admin, post, topic, make.facts_of(board), posts.Edit(source))


def test_a_new_post_is_found_once_its_job_has_run(db):
    topic = make.topic(body="opening words")
    reply = make.reply(topic, body="answering words")
    before = search("words")

    work()

    assert before == []
    assert search("words") == [reply.id, topic.first_post_id]


def test_an_edited_post_is_found_by_its_new_words_only(db):
    board = make.board()
    topic = make.topic(board, body="earlier words")
    work()

    edit(db.get_one(Post, topic.first_post_id), topic, board, "later words")
    work()

    assert search("earlier") == []
    assert search("later") == [topic.first_post_id]


def test_a_renamed_topic_is_found_by_its_new_title_only(db):
    board = make.board()
    topic = make.topic(board, title="Earlier title")
    work()

    edit(db.get_one(Post, topic.first_post_id), topic, board, "Words.", title="Later title")
    work()

    assert search("earlier") == []
    assert search("later", only_titles=True) == [topic.first_post_id]


def test_merged_and_moved_posts_are_found_in_their_new_topic(db):
    board = make.board()
    one, two = make.topic(board, title="One", body="words"), make.topic(board, title="Two", body="words")
    stays, reply = make.reply(one, body="words"), make.reply(one, body="words")
    work()
    mod = make.moderator()
    with transaction():
        new = moderation.split_into_new_topic(mod, [reply], make.facts_of(board), "Three")
    work()
    assert search("words", topic_id=new.id) == [reply.id]
    assert search("three", only_titles=True) == [reply.id]

    opening, second = one.first_post_id, two.first_post_id
    with transaction():
        moderation.merge_topics(mod, [two], one)
    work()

    assert search("words", topic_id=two.id) == []
    assert search("words", topic_id=one.id) == [stays.id, second, opening]


def test_a_topic_moved_to_another_board_is_found_there_by_itself(db):
    old, new = make.board(), make.board()
    topic = make.topic(old, body="words", replies=1)
    bring_up_to_date()
    admin = make.admin()
    with transaction():
        moderation.move_topics(admin, [topic], make.facts_of(new), leave_link=True)

    jobs.catch_up_search()

    assert search("words", board_ids=frozenset({new.id})) == [topic.first_post_id]
    assert search("words", board_ids=frozenset({old.id})) == []
    assert indexing.changed_topic_ids(jobs.begun()) == []


def test_a_title_is_found_by_the_first_post_that_is_left(db):
    board = make.board()
    topic = make.topic(board, title="Lighthouse", replies=1)
    opening = db.get_one(Post, topic.first_post_id)
    bring_up_to_date()
    mod = make.moderator()
    with transaction():
        moderation.split_into_new_topic(mod, [opening], make.facts_of(board), "Elsewhere")
    work()
    db.refresh(topic)

    jobs.catch_up_search()

    assert topic.first_post_id != opening.id
    assert search("lighthouse") == [topic.first_post_id]
    assert search("elsewhere") == [opening.id]


def test_purged_posts_leave_the_index_in_the_same_moment(db):
    topic = make.topic(body="words")
    reply = make.reply(topic, body="words")
    work()
    mod = make.moderator()
    with transaction():
        moderation.delete_posts(mod, [reply], "because")
    with transaction():
        db.get_one(Post, reply.id).state_at = now() - timedelta(days=60)

    purge_deleted()

    assert db.scalars(sa.select(Entry.post_id)).all() == [topic.first_post_id]
    assert search("words", make.admin()) == [topic.first_post_id]


def test_posts_that_came_without_news_are_caught_up_with(db):
    topic = make.topic(body="words", replies=3)
    db.execute(sa.delete(Job))
    db.commit()

    jobs.catch_up_search()

    assert search("words") == [topic.first_post_id]
    assert db.scalars(sa.select(sa.func.count()).select_from(Entry)).one() == 4
    assert db.scalars(sa.select(Progress.indexed_up_to)).one() == topic.last_post_id


def test_posts_that_were_passed_over_are_found_by_looking_for_gaps(db):
    topic = make.topic(body="words", replies=1)
    bring_up_to_date()
    with transaction():
        db.execute(sa.delete(Entry).where(Entry.post_id == topic.first_post_id))

    jobs.fill_gaps_in_search()

    assert search("words") == [topic.first_post_id]


def test_catching_up_ends_in_time_and_goes_on_later(db, monkeypatch):
    make.topic(body="words", replies=3)
    monkeypatch.setattr(jobs, "SECONDS_A_RUN", 0.0)

    jobs.catch_up_search()

    assert db.scalars(sa.select(Entry.post_id)).all() == []


def test_another_language_of_the_site_has_everything_indexed_again(db):
    topic = make.topic(body="Die Häuser am Hafen.")
    bring_up_to_date()
    before = search("Haus")
    with transaction():
        store_settings(default_locale="de")

    jobs.catch_up_search()

    assert before == []
    assert search("Haus") == [topic.first_post_id]


def test_jobs_may_run_twice_and_about_what_is_gone(db):
    topic = make.topic(body="words")

    for _ in range(2):
        jobs.index_posts([topic.first_post_id, 999_999])
        jobs.index_topic(topic.id)
        jobs.index_whole_topic(topic.id)
        jobs.index_topic(999_999)

    assert search("words") == [topic.first_post_id]
    assert db.scalars(sa.select(IndexedTopic.title)).all() == [topic.title]


def test_what_changed_while_it_was_taken_apart_is_indexed_as_it_is(db):
    board = make.board()
    topic = make.topic(board, body="earlier words")
    language = indexing.language()
    prepared = actions.prepare([topic.first_post_id], language)
    edit(db.get_one(Post, topic.first_post_id), topic, board, "later words")

    with transaction():
        actions.store(prepared, language)

    assert search("earlier") == []
    assert search("later") == [topic.first_post_id]


@pytest.fixture
def command(monkeypatch):
    """Run `stoa search …` on the test's database."""
    monkeypatch.setattr(search_command, "open_site", lambda: None)
    monkeypatch.setattr(search_command, "SECONDS_BETWEEN_LINES", 0.0)
    monkeypatch.setattr(jobs, "BATCH", 2)

    def run(name):
        done = CliRunner().invoke(search_command.search, [name])
        assert done.exit_code == 0, done.output
        return done.output.splitlines()

    return run


def test_the_index_is_made_again_with_a_word_on_how_far_it_is(db, command):
    topic = make.topic(body="words", replies=4)
    bring_up_to_date()
    with transaction():
        db.execute(sa.update(Entry).values(tokens=search_entry_of("stale")))

    lines = command("rebuild")

    assert " posts, " in lines[0]
    assert lines[-1].startswith("Every post is in the index")
    assert search("words") == [topic.first_post_id]
    assert search("stale") == []


def test_what_was_indexed_is_found_while_the_index_is_made_again(db, command):
    topic = make.topic(body="words", replies=4)
    bring_up_to_date()

    with transaction():
        actions.begin_anew(indexing.language())
    found = [search("words")]
    while jobs.index_next():
        found.append(search("words"))

    assert len(found) > 1
    assert found == [[topic.first_post_id]] * len(found)


def test_the_rest_is_indexed_by_a_command_after_an_import(db, command):
    topic = make.topic(body="words")

    command("catch-up")

    assert search("words") == [topic.first_post_id]


def search_entry_of(word):
    return word if is_sqlite() else sa.cast(f"'{word}':1", Entry.tokens.type)
