"""A small forum that has every kind of thing in it. Tests that change something make their own topic or board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.features.accounts.actions import create_member
from app.features.accounts.models import ADMINISTRATORS, MEMBERS, MODERATORS, Right, User
from app.features.accounts.names import fold, fold_email
from app.features.boards.models import Board
from app.features.posts.models import Post
from app.features.search.jobs import catch_up_search
from app.features.site.actions import store_settings
from app.features.topics.models import Topic
from app.kernel.clock import now
from app.kernel.db import session, transaction
from tests import make

PASSWORD = "four gulls and a lantern"
ANNOUNCEMENT = "To change color scheme, click on [themes](#themes) at bottom of page"

RICH = """The harbour office answered. In short:

- the **6:40** is gone from April,
- the 7:10 takes bicycles _again_,
- a ticket bought before stays valid.

1. Go to the office.
2. Show the old ticket.

> They never answer on Mondays.
> Try Tuesday.

| Boat | Leaves | Seats |
|---|---:|---:|
| Halcyon | 7:10 | 120 |
| Petrel | 9:30 | 80 |

```python
def leaves(boat):
    # minutes after the hour
    return {"Halcyon": 10, "Petrel": 30}[boat]
```

The rest is ||hearsay||, see <https://example.org/ferries> and `timetable.txt`.

## What is left to ask

- [x] bicycles
- [ ] dogs

---

Thanks to all who wrote to them.
"""


@dataclass(frozen=True)
class Content:
    """Ids and addresses of what was made."""

    ann: int
    bram: int
    mo: int
    asha: int
    board: str
    empty_board: str
    back_room: str
    thread: str
    short_thread: str
    locked_thread: str
    hidden_thread: str
    own_post: int
    other_post: int
    hidden_post: int
    edited_post: int

    @property
    def topic_id(self) -> str:
        return self.thread.split("/")[2].split("-")[0]

    @property
    def board_id(self) -> str:
        return self.board.split("/")[2].split("-")[0]


def member(name: str, group_id: int = MEMBERS) -> User:
    """Somebody who can sign in through the form with PASSWORD."""
    with transaction():
        made = create_member(name, f"{name.lower().replace(' ', '.')}@forum.test", PASSWORD, group_id)
        made.agreed_at = now()
    return made


def quick_member(name: str) -> User:
    """The same without the time a real password takes; the password is make.PASSWORD."""
    made = make.user(name)
    with transaction():
        made = session.merge(made)
        made.name_key, made.email_key = fold(made.name), fold_email(made.email)
    return made


def seed() -> Content:
    """Fill an empty forum."""
    with transaction():
        store_settings(
            name="Quayside",
            description="Talk of a small town by the sea.",
            announcement=ANNOUNCEMENT,
            posts_per_page=5,
            topics_per_page=5,
            contact_email="office@forum.test",
        )
    asha, mo = member("Asha Venn", ADMINISTRATORS), member("Mo Lindqvist", MODERATORS)
    ann, bram = member("Ann Reyes"), member("Bram Okafor")
    ann_looks, bram_looks, mo_looks = make.viewer(ann), make.viewer(bram), make.viewer(mo)

    town = make.board("Town and Coast", is_category=True, description="What happens outside.", icon="folder")
    quay = make.board("The Quay", parent=town, description="Boats, tides and the people who wait for them.")
    make.board("Timetables", parent=quay, description="When does it leave?")
    quiet = make.board("Lost and found", parent=town, description="One glove at a time.")
    office = make.board("Back room", parent=town, guests=Right(0), members=Right(0), description="For the team.")

    ann_looks, bram_looks, mo_looks = make.viewer(ann), make.viewer(bram), make.viewer(mo)
    long = make.topic(quay, ann_looks, title="Ferry timetable from April", body=RICH)
    replies = [
        make.reply(long, bram_looks, "Then the 7:10 will be full before it leaves."),
        make.reply(long, ann_looks, "Not if they open the upper deck, which they did last spring."),
        make.reply(long, bram_looks, "Somebody was rude here, and it was not even funny."),
        make.reply(long, mo_looks, "The office confirmed it: bicycles travel free until May."),
        make.reply(
            long,
            bram_looks,
            f"> [Ann Reyes wrote](/post/{long.first_post_id}/):\n>\n> the **6:40** is gone\n\nGood riddance.",
        ),
    ]
    for number in range(1, 8):
        make.reply(long, (ann_looks, bram_looks)[number % 2], f"Day {number}: left on time, in the rain.")
    short = make.topic(quay, bram_looks, title="Whose red dinghy is that?", body="It has been there since Sunday.")
    locked = make.topic(
        quay, ann_looks, title="Old mooring fees", body="Here they are.", locked_at=now(), pinned_at=now()
    )
    hidden = make.topic(quay, bram_looks, title="Buy cheap anchors", body="Very cheap.")
    for number in range(1, 8):
        make.topic(
            quay,
            (ann_looks, bram_looks)[number % 2],
            title=f"Tide log, week {number}, with a title long enough to wrap on a phone",
            body=f"High water at {number + 4}:20.",
            featured_at=now() if number == 3 else None,
            created_at=now() - timedelta(days=number * 20),
        )
    make.topic(office, mo_looks, title="Rota for the weekend", body="Who takes Sunday?")
    _keep_order(mo, hidden, replies)
    catch_up_search()
    return Content(
        ann=ann.id,
        bram=bram.id,
        mo=mo.id,
        asha=asha.id,
        board=board_address(quay),
        empty_board=board_address(quiet),
        back_room=board_address(office),
        thread=address(long),
        short_thread=address(short),
        locked_thread=address(locked),
        hidden_thread=address(hidden),
        own_post=replies[1].id,
        other_post=replies[0].id,
        hidden_post=replies[2].id,
        edited_post=replies[3].id,
    )


def address(topic: Topic) -> str:
    return f"/topic/{topic.id}-{topic.slug}/"


def board_address(board: Board) -> str:
    return f"/board/{board.id}-{board.slug}/"


def _keep_order(mo: User, hidden: Topic, replies: list[Post]) -> None:
    from app.features.moderation import actions

    looks = make.viewer(mo)
    with transaction():
        actions.hide_posts(looks, [replies[2]], "Rude")
    with transaction():
        actions.hide_topics(looks, [hidden], "Advertising")
    with transaction():
        actions.recommend_posts(looks, [replies[3]], "Confirmed by the office")
