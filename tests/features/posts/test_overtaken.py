"""What moderators did between the page and the form counts."""

import pytest
import sqlalchemy as sa

from app.features.boards.queries import get_board
from app.features.posts import actions, queries
from app.features.posts.models import Post, Revision
from app.features.topics.models import HIDDEN, Topic
from app.kernel.clock import now
from app.kernel.db import transaction
from app.kernel.errors import Forbidden
from tests import make


def behind_its_back(model, row_id, **values):
    """Another process changes a row that is loaded here."""
    change = sa.update(model).where(model.id == row_id).values(**values)
    return change.execution_options(synchronize_session=False)


@pytest.mark.parametrize("overtaken", ["hidden", "locked"])
def test_authors_do_not_change_what_was_hidden_or_closed_a_moment_ago(db, overtaken):
    topic, author = make.topic(), make.viewer()
    written = make.reply(topic, author, "As it was.")
    post, topic = queries.get_post(written.id, author)
    board = get_board(topic.board_id, author)
    with transaction():
        if overtaken == "hidden":
            db.execute(behind_its_back(Post, post.id, state=HIDDEN))
        else:
            db.execute(behind_its_back(Topic, topic.id, locked_at=now()))

    with pytest.raises(Forbidden), transaction():
        actions.edit_post(author, post, topic, board, actions.Edit("As it never was."))

    assert db.scalar(sa.select(Post.source).where(Post.id == written.id)) == "As it was."
    assert db.scalar(sa.select(sa.func.count()).select_from(Revision)) == 0
