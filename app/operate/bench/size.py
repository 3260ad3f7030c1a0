"""How large a seeded forum shall be."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.errors import StoaError

FEWEST_MEMBERS = 10


class ImpossibleSizeError(StoaError):
    """No forum can have this size; the message says why, for a person."""


@dataclass(frozen=True)
class Size:
    """Numbers of rows. One topic has exactly `longest` posts, no other has more. Equal sizes with an equal `seed` give
    equal forums, whose moments are as long before the day they are seeded.

    Raises ImpossibleSizeError.
    """

    members: int
    topics: int
    posts: int
    longest: int
    boards: int = 6
    seed: int = 1

    def __post_init__(self) -> None:
        if self.members < FEWEST_MEMBERS or self.topics < 1 or self.boards < 1 or self.longest < 1:
            raise ImpossibleSizeError(
                f"A forum has at least {FEWEST_MEMBERS} members, a board, a topic and a post in each topic."
            )
        rest, others = self.posts - self.longest, self.topics - 1
        if rest < others:
            raise ImpossibleSizeError(
                f"{self.posts} posts are too few for a topic of {self.longest} and one post in each of {others} others."
            )
        if rest > others * self.longest:
            raise ImpossibleSizeError(
                f"{self.posts} posts do not fit into {self.topics} topics of at most {self.longest} posts."
            )
