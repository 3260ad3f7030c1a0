"""What the parts of the demo hand to each other while it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from app.features.accounts import queries as accounts
from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts, tree
from app.features.posts.models import Post
from app.features.topics.models import Topic
from app.operate.demo.script import Line, Talk


@dataclass
class Told:
    """A topic of the script and the rows it became."""

    talk: Talk
    topic: Topic
    posts: list[Post] = field(default_factory=list)

    def hidden_posts(self) -> list[tuple[Post, Line]]:
        return [(post, line) for post, line in zip(self.posts, self.talk.lines, strict=True) if line.is_hidden]

    def recommended_posts(self) -> list[tuple[Post, Line]]:
        return [(post, line) for post, line in zip(self.posts, self.talk.lines, strict=True) if line.is_recommended]


@dataclass
class Stage:
    at: datetime
    people: dict[str, User] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    warden_group_id: int = 0
    chance: Random = field(default_factory=lambda: Random(1887))  # noqa: S311  # the same demo everywhere

    def user(self, name: str) -> User:
        return self.people[name.casefold()]

    def viewer(self, name: str) -> Viewer:
        """A member with the rights they have now that the boards stand."""
        key = name.casefold()
        if key not in self.viewers:
            self.viewers[key] = accounts.viewer_of(self.people[key])
        return self.viewers[key]

    def board(self, name: str) -> BoardFacts:
        return next(board for board in tree().boards if board.name == name)

    def ago(self, age: timedelta) -> datetime:
        return self.at - age
