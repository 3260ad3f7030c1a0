"""The rules of docs/architecture.md that no tool checks: which files there are, who commits, how tables relate."""

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import tables
from app.kernel.db import Model

ROOT = Path(__file__).parents[1]
APP = ROOT / "app"
FEATURES = APP / "features"

# Low to high, as in pyproject.toml.
ORDER = (
    ("site",),
    ("accounts",),
    ("boards",),
    ("topics",),
    ("posts",),
    ("reactions", "ratings", "follows", "presence"),
    ("moderation",),
    ("notifications", "search"),
)
KNOWN = {"models", "events", "policy", "queries", "actions", "forms", "mails", "jobs", "listeners", "views", "cli"}
# Files with an idea that belongs to one feature only; a new one says here why it is none of the known ones.
OWN = {
    "accounts": {
        "viewer": "the value every query and policy takes",
        "sign_in": "the only place that knows Flask-Login",
        "preferences": "how a member wants the site",
        "seen": "a buffer: when members were last here",
        "resume": "nothing typed is lost to a sign-in",
        "names": "names that look alike are one",
        "passwords": "hashes, and what is too easily guessed",
        "granting": "the actions on groups and rights",
        "recent": "asks for a recent password",
    },
    "moderation": {
        "log": "the record every act is written to",
        "purge": "the job that removes for good",
    },
    "search": {
        "analysis": "text taken apart into words, the same for posts and for queries",
        "asking": "what a person typed, understood",
        "matching": "a query in the databases' own words",
        "excerpts": "the part of a post that shows why it was found",
    },
    "posts": {"cards": "reads of one page only, as values and not as rows"},
    "topics": {"counting": "a buffer: how often topics are looked at"},
    "presence": {"places": "a buffer: who is where"},
}
MAY_COMMIT = {
    "kernel/db.py": "transaction() holds the only commit",
    "kernel/migrate.py": "a migration is a transaction of its own",
}
WITHOUT_QUERIES = ("policy", "views", "forms", "events", "cli")


def modules():
    return sorted(APP.rglob("*.py"))


def parsed(path):
    return ast.parse(path.read_text("utf-8"), str(path))


def name_of(path):
    return str(path.relative_to(APP))


@pytest.mark.parametrize("feature", sorted(path.name for path in FEATURES.iterdir() if (path / "__init__.py").exists()))
def test_a_feature_holds_only_files_whose_names_say_what_is_in_them(feature):
    held = {path.stem for path in (FEATURES / feature).iterdir() if path.name not in {"__init__.py", "__pycache__"}}

    assert held <= KNOWN | OWN.get(feature, {}).keys()


def test_every_feature_has_its_place_in_the_order():
    ordered = {name for layer in ORDER for name in layer}

    assert {path.name for path in FEATURES.iterdir() if (path / "__init__.py").exists()} == ordered


def test_only_the_kernel_commits():
    committing = {
        name_of(path)
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    }

    assert committing == set(MAY_COMMIT)


def test_transactions_are_opened_by_views_jobs_and_commands_only():
    opening = {
        name_of(path)
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "transaction"
    }
    inside_actions = {name for name in opening if "/actions" in name or name.endswith(("policy.py", "queries.py"))}

    assert not inside_actions


def test_rules_and_views_ask_no_database():
    asking = []
    for path in FEATURES.glob("*/**/*.py"):
        part = path.relative_to(FEATURES).parts[1].removesuffix(".py")
        if part not in WITHOUT_QUERIES:
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.module == "app.kernel.db":
                asking += [f"{name_of(path)}: {alias.name}" for alias in node.names if alias.name == "session"]

    assert not asking


def test_relationships_point_down_and_are_never_loaded_by_accident():
    height = {name: at for at, layer in enumerate(ORDER) for name in layer}

    def height_of(model):
        parts = model.__module__.split(".")
        return height[parts[2]] if parts[1] == "features" else -1

    wrong = [
        str(relation)
        for mapper in Model.registry.mappers
        for relation in mapper.relationships
        if relation.lazy != "raise" or height_of(relation.mapper.class_) > height_of(mapper.class_)
    ]

    assert not wrong


def test_every_table_is_in_the_table_of_tables():
    models = {mapper.class_.__name__ for mapper in Model.registry.mappers}

    assert models <= set(tables.__all__)


def test_every_foreign_key_that_is_searched_has_an_index():
    """A purge or a deletion looks up what points to the row; without an index that reads the whole table."""
    few = {"groups", "boards", "users"}  # rows of these are hardly ever removed
    missing = []
    for table in Model.metadata.sorted_tables:
        firsts = {next(iter(index.columns)).name for index in table.indexes}
        firsts |= {next(iter(c.columns)).name for c in table.constraints if isinstance(c, sa.UniqueConstraint)}
        firsts |= {column.name for column in list(table.primary_key)[:1]}
        missing += [
            f"{table.name}.{key.parent.name}"
            for key in table.foreign_keys
            if key.column.table.name not in few and key.parent.name not in firsts
        ]

    assert not missing


@pytest.mark.parametrize("path", sorted(ROOT.glob("templates/**/*.html")), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_template_compiles_and_says_first_what_it_shows(path, app):
    name = str(path.relative_to(ROOT / "templates"))

    app.jinja_env.get_template(name)

    assert path.read_text("utf-8").splitlines()[0].startswith("{# ")


def test_templates_hold_no_inline_style_or_script():
    offending = []
    for path in ROOT.glob("templates/**/*.html"):
        text = path.read_text("utf-8")
        if " style=" in text or "<style" in text or " onclick=" in text or "<script>" in text:
            offending.append(path.name)

    assert not offending


def test_every_route_has_a_blueprint(app):
    assert all("." in rule.endpoint for rule in app.url_map.iter_rules())
