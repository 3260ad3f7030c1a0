"""docs/permissions.md says what the policies say, about every question they answer."""

import pkgutil
from importlib import import_module
from pathlib import Path

import app.features
from app.kernel.verdict import Verdict
from app.operate.permissions.cases import CASES, POLICIES
from app.operate.permissions.page import page, questions
from app.operate.permissions.people import VIEWERS

DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"


def test_the_document_is_current():
    assert DOCUMENT.read_text("utf-8") == page(), "run: python -m app.operate.permissions > docs/permissions.md"


def test_every_policy_of_every_feature_is_asked():
    features = [name for _, name, _ in pkgutil.iter_modules(app.features.__path__)]
    paths = Path(app.features.__path__[0])
    with_policy = {name for name in features if (paths / name / "policy.py").exists()}

    assert {module.__name__ for module in POLICIES} == {f"app.features.{name}.policy" for name in with_policy}
    asked = {case.policy for case in CASES}
    for module in POLICIES:
        assert set(questions(import_module(module.__name__))) <= asked


def test_every_answer_is_a_verdict_and_every_no_has_a_sentence():
    for case in CASES:
        for viewer in VIEWERS.values():
            verdict = case.policy(viewer, *case.asked)
            assert isinstance(verdict, Verdict)
            assert verdict or str(verdict.reason).strip()
