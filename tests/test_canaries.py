"""Nothing hidden leaks: canaries in private boards, hidden posts, deleted topics, earlier texts, logs and reports are
looked for on every page, as everyone. Those who may know of them must find them, or the test would prove nothing.
"""

import re

import pytest
from sqlalchemy import select

from app.features.accounts import granting
from app.features.accounts.models import Membership, User
from app.features.follows import actions as follows
from app.features.moderation import actions as moderation
from app.features.moderation.log import record
from app.features.moderation.models import LogEntry
from app.features.notifications import actions as notifications
from app.features.notifications.models import Notification
from app.features.posts import actions as posts
from app.features.reactions import actions as reactions
from app.features.site.queries import forget_copies, use_version
from app.features.topics.models import Topic
from app.kernel.db import transaction
from app.kernel.routing import Ref
from tests import make, walking
from tests.features.search.indexed import bring_up_to_date

ROLES = ("guest", "member", "former_insider", "author", "reporter", "board_moderator", "moderator", "admin")
STAFF = {"board_moderator", "moderator", "admin"}
INSIDERS = {"moderator", "admin"}

# What is hidden, and who may find it.
CANARIES = {
    "zqprivateboard": INSIDERS,
    "zqprivatedescription": INSIDERS,
    "zqprivatetitle": INSIDERS,
    "zqprivatewords": INSIDERS,
    # Titles that once stood in the open board, and why they left it: its moderators' log keeps them.
    "zqmovedaway": STAFF,
    "zqmergedaway": STAFF,
    "zqlogleft": STAFF,
    "zqhiddenpost": STAFF,
    "zqhiddenreason": STAFF,
    "zqdeletedbyauthor": STAFF,
    "zqhiddentitle": STAFF,
    "zqhiddenopening": STAFF,
    "zqdeletedtitle": STAFF,
    "zqdeletedopening": STAFF,
    "zqearliertext": STAFF,
    "zqearliertitle": STAFF,
    "zqreport": STAFF,
    "zqlogprivate": INSIDERS,
    "zqlogopen": STAFF,
    "zqlogsite": {"admin"},
    "zqemail": {"author", "admin"},
}


class Town:
    """An open board and a private one with everything hidden in them that can be, and everyone who looks."""

    def __init__(self, db):
        self.db = db
        self.open = make.board("Open board")
        self.private = make.private_board("zqprivateboard", description="zqprivatedescription", counts_posts=False)
        self.mod, self.boss = make.moderator(), make.admin()
        author = make.user("Author")
        with transaction():
            author.email = "zqemail@forum.test"
        insider = self.make_insider()
        self.author_id = author.id
        me = make.viewer(author)
        self.topics = {"open": make.topic(self.open, me, title="An open topic", replies=1)}
        self.posts = {}
        self.fill_private(insider)
        self.fill_open(me)
        self.end_insider()
        self.viewers = {
            "guest": make.guest(),
            "member": make.viewer(),
            "former_insider": make.viewer(db.get(User, insider.id)),
            "author": make.viewer(db.get(User, author.id)),
            "reporter": make.viewer(db.get(User, self.reporter_id)),
            "board_moderator": make.board_moderator(self.open),
            "moderator": self.mod,
            "admin": self.boss,
        }

    def make_insider(self):
        """Somebody who reads the private board, follows what is in it and is told of it, until they no longer may."""
        found = make.user("Insider")
        with transaction():
            self.crew = granting.add_group(self.boss, name="Crew", title="", is_team=False, is_admin=False)
            granting.grant(self.boss, self.private.id, {self.crew.id: make.WRITER})
            self.db.add(Membership(user_id=found.id, group_id=self.crew.id))
        use_version(None)
        return make.viewer(found)

    def end_insider(self):
        with transaction():
            for row in self.db.scalars(select(Membership).where(Membership.group_id == self.crew.id)):
                self.db.delete(row)
        use_version(None)

    def fill_private(self, insider):
        topic = make.topic(self.private, self.mod, title="zqprivatetitle", body="zqprivatewords at first")
        with transaction():
            follows.follow_topic(insider, topic, frequency="immediate", is_anonymous=False)
            follows.follow_board(insider, make.facts_of(self.private), frequency="immediate", is_anonymous=False)
            mine = posts.reply(insider, topic, "zqprivatewords again")
        for number in range(2):
            post = make.reply(topic, self.mod, f"> [Insider wrote](/post/{mine.id}/):\n> zqprivatewords {number}")
            with transaction():
                notifications.tell_some(post.id, 0)
                reactions.react(insider, post, topic, "heart")
        self.topics["private"], self.posts["private"] = topic, post
        moved = make.topic(self.open, insider, title="zqmovedaway", body="zqprivatewords moved")
        with transaction():
            moderation.move_topics(self.mod, [moved], make.facts_of(self.private), leave_link=True, reason="zqlogleft")
        self.topics["moved"] = moved
        self.topics["link"] = self.db.scalars(select(Topic).where(Topic.link_to_id == moved.id)).one()
        merged = make.topic(self.open, insider, title="zqmergedaway", body="zqprivatewords merged")
        with transaction():
            moderation.merge_topics(self.mod, [merged], topic, "zqlogleft")
            moderation.lock_topics(self.mod, [topic], "zqlogprivate")
        self.topics["merged"] = merged
        self.db.refresh(mine)
        self.posts["merged"] = mine

    def fill_open(self, me):
        topic = self.topics["open"]
        hidden = make.reply(topic, me, "zqhiddenpost")
        taken_back = make.reply(topic, me, "zqdeletedbyauthor")
        reported = make.reply(topic, me, "zqearliertext")
        reporter = make.viewer()
        self.reporter_id = reporter.id
        with transaction():
            moderation.recommend_posts(self.mod, [hidden], "look")
            posts.edit_post(me, reported, topic, make.facts_of(self.open), posts.Edit("Better words."))
            moderation.report_post(reporter, reported, topic, "other", "zqreport")
            reactions.react(reporter, hidden, topic, "heart")
        with transaction():
            moderation.hide_posts(self.mod, [hidden], "zqhiddenreason")
            posts.delete_own_post(me, taken_back, topic, make.facts_of(self.open))
            moderation.lock_topics(self.mod, [topic], "zqlogopen")
            record(self.boss, "edit_settings", reason="zqlogsite")
        for state, act in (("hidden", moderation.hide_topics), ("deleted", moderation.delete_topics)):
            made = make.topic(self.open, me, title=f"zq{state}title", body=f"zq{state}opening", replies=1)
            with transaction():
                act(self.mod, [made], "because")
            self.topics[state] = made
        renamed = make.topic(self.open, me, title="zqearliertitle")
        opening = self.db.get_one(type(hidden), renamed.first_post_id)
        with transaction():
            facts = make.facts_of(self.open)
            posts.edit_topic_opening(self.mod, opening, renamed, facts, posts.Edit("As it was.", title="A new title"))
        self.topics["renamed"] = renamed
        self.posts |= {"hidden": hidden, "taken back": taken_back, "edited": reported}
        self.posts["in deleted topic"] = self.db.get_one(type(hidden), self.topics["deleted"].first_post_id)

    def addresses(self, app):
        """Every GET route with everything that may fill its holes. Slugs are left out: a title must not be given away."""
        targets = {
            "topic": [Ref(topic.id, "x") for topic in self.topics.values()],
            "board": [Ref(self.open.id, "x"), Ref(self.private.id, "x")],
            "member": [Ref(user_id, "x") for user_id in self.db.scalars(select(User.id).order_by(User.id))],
            "post_id": [post.id for post in self.posts.values()],
            "board_id": [self.open.id, self.private.id],
            "group_id": [self.crew.id],
            "user_id": [self.author_id],
            "number": [1],
            "version": ["0"],
            "name": ["site.css"],
            "network": ["email"],
            "state": ["closed"],
        }
        found = []
        for method, rule in walking.routes(app):
            if method != "GET" or rule.endpoint == "static_files.show":
                continue
            holes = [name for name in rule.arguments if f":{name}>" in rule.rule or f"<{name}>" in rule.rule]
            assert len(holes) <= 2, rule.rule
            for filled in combinations({name: targets[name] for name in holes}):
                rest = dict.fromkeys(rule.arguments - filled.keys())
                found.append(walking.address(app, rule, filled | rest))
        extra = []
        for topic in self.topics.values():
            extra += [f"/topic/{topic.id}-x/?do={do}" for do in ("getNewComment", "getLastComment")]
            extra += [f"/topic/{topic.id}-x/?do=findComment&comment={post.id}" for post in self.posts.values()]
            extra.append(f"/index.php?/topic/{topic.id}-x/")
        for board in (self.open, self.private):
            extra.append(f"/moderation/log/?board={board.id}")
            extra += [
                f"/board/{board.id}-x/?sort={sort}" for sort in ("last-reply", "start", "replies", "views", "rating")
            ]
        return sorted({*found, *extra})


def combinations(targets):
    filled = [{}]
    for name, values in targets.items():
        filled = [{**so_far, name: value} for so_far in filled for value in values]
    return filled


def whole(answer):
    """Everything a browser gets, in small letters."""
    text = answer.text + "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    answer.close()
    return text.casefold()


def visit(browser, address):
    """What the address answers, and where it leads."""
    answer = walking.ask(browser, "GET", address)
    assert answer.status_code < 500, address
    text = whole(answer)
    if answer.status_code == 301:
        text += whole(walking.ask(browser, "GET", answer.headers["Location"]))
    return text


@pytest.fixture
def town(db):
    return Town(db)


def test_canaries_are_found_by_those_who_may_and_by_nobody_else(app, client, town):
    addresses = town.addresses(app)
    leaks, found = [], {canary: set() for canary in CANARIES}
    for role in ROLES:
        browser = client(town.viewers[role])
        for address in addresses:
            text = visit(browser, address)
            for canary, allowed in CANARIES.items():
                if canary in text:
                    found[canary].add(role)
                    if role not in allowed:
                        leaks.append(f"{canary} to {role} at {address}")

    assert leaks == []
    assert {canary: allowed - found[canary] for canary, allowed in CANARIES.items() if allowed - found[canary]} == {}


def test_a_search_for_a_canary_finds_it_for_those_who_may_read_it_and_nothing_for_others(app, client, town):
    """The page repeats what was asked for; what it found is in the list."""
    bring_up_to_date()
    filters = ("", "&titles=y", "&sort=newest", f"&board={town.open.id}", "&after=2020-01-01")
    wrong, found = [], set()
    for role in ROLES:
        browser = client(town.viewers[role])
        for canary, allowed in CANARIES.items():
            for extra in filters:
                page = walking.ask(browser, "GET", f"/search/?q={canary}{extra}")
                hits = page.text.count('class="hit-text"')
                if hits and role not in allowed:
                    wrong.append(f"{canary} to {role} with {extra!r}")
                if hits:
                    found.add((canary, role))
                elif "1 post" in page.text:
                    wrong.append(f"{canary} is counted for {role}")

    assert wrong == []
    hidden = {"zqhiddenpost", "zqdeletedbyauthor", "zqhiddentitle", "zqdeletedopening", "zqmovedaway"}
    assert {(canary, role) for canary in hidden for role in STAFF} - found == {("zqmovedaway", "board_moderator")}
    assert {("zqprivatewords", role) for role in INSIDERS} <= found


def test_forms_sent_about_hidden_things_give_nothing_away(app, client, town):
    """Refusals, confirmations and notes after an act name nothing the sender may not know."""
    leaks = []
    for role in ROLES:
        for path, name, items in (
            ("/moderation/posts", "post", town.posts),
            ("/moderation/topics", "topic", town.topics),
        ):
            for do in ("hide", "restore", "delete", "lock", "pin", "recommend", "split", "merge", "move", "keep"):
                answers = send(client, town, role, path, {"do": do, name: [item.id for item in items.values()]})
                leaks += [f"{leak} {do} {path}" for leak in answers]
        for topic in town.topics.values():
            for path, data in (
                ("reply", {"body": "Words."}),
                ("rate", {"rating": "3"}),
                ("follow", {"frequency": "daily"}),
            ):
                leaks += send(client, town, role, f"/topic/{topic.id}-x/{path}", data)
        for post in town.posts.values():
            for path, data in (
                ("edit", {"body": "Words."}),
                ("react", {"reaction": "heart"}),
                ("report", {"kind": "other", "comment": "Words."}),
                ("delete", {}),
            ):
                leaks += send(client, town, role, f"/post/{post.id}/{path}", data)

    assert leaks == []


def send(client, town, role, path, data):
    """What leaks in the answer, and on the page it leads to; nothing that was done stays done."""
    db = town.db
    db.commit()
    savepoint = db.get_bind().begin_nested()
    try:
        browser = client(town.viewers[role])
        answer = walking.ask(browser, "POST", path, data)
        text = whole(answer)
        if answer.status_code == 303:
            text += whole(walking.ask(browser, "GET", answer.headers["Location"]))
        assert answer.status_code < 500, (role, path, data)
        return [
            f"{canary} to {role} at {path}" for canary, may in CANARIES.items() if canary in text and role not in may
        ]
    finally:
        db.commit()
        savepoint.rollback()
        db.expire_all()
        forget_copies()
        use_version(None)


@pytest.mark.parametrize("role", ["guest", "member"])
def test_what_happens_in_a_private_board_changes_no_byte_for_others(app, client, db, town, role):
    addresses = [address for address in town.addresses(app) if "/share/" not in address]

    browser = client(town.viewers[role])

    def pages():
        return {address: steady(visit(browser, address)) for address in addresses}

    pages()  # what there is counts as read from now on
    before = pages()
    secret = make.topic(town.private, town.mod, title="A secret")
    with transaction():
        follows.follow_board(town.mod, make.facts_of(town.private), frequency="daily", is_anonymous=False)
        moderation.hide_posts(town.mod, [posts.reply(town.mod, secret, "One more.")], "because")
    after = pages()

    assert [address for address in addresses if before[address] != after[address]] == []


def steady(text):
    """A page without what differs at every look: times, references, keys of forms."""
    text = re.sub(r"<time.*?</time>", "", text, flags=re.DOTALL)
    text = re.sub(r'name="key" value="[^"]*"', "", text)
    text = re.sub(r"reference: *[0-9a-z]{10}", "", text)
    return re.sub(r"(date|server-timing|last-modified|x-reference):[^\n]*", "", text)


def test_the_log_and_the_news_are_in_the_town(db, town):
    """What the canaries are hidden in is really there."""
    assert len(db.scalars(select(LogEntry)).all()) >= 8
    assert db.scalars(select(Notification)).all()
