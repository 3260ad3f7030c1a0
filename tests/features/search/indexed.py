"""Searching in tests: everything waiting is indexed first."""

from __future__ import annotations

from app.features.search import jobs
from app.features.search.asking import understand
from app.features.search.matching import Narrowed
from app.features.search.queries import finding, indexing
from app.features.search.queries.finding import Asked
from app.kernel import jobs as queue
from tests import make


def bring_up_to_date():
    """Work off what is queued, and what no news came of."""
    while queue.run_next():
        pass
    jobs.catch_up_search()


def search(typed, viewer=None, **more):
    """Ids of posts, newest first."""
    narrowed = Narrowed(**{key: more.pop(key) for key in list(more) if key in Narrowed.__dataclass_fields__})
    asked = Asked(understand(typed, indexing.language().code), narrowed, **more)
    return list(finding.newest(asked, viewer or make.guest(), before=None, limit=50).post_ids)


def best(typed, viewer=None, **more):
    asked = Asked(understand(typed, indexing.language().code), Narrowed(**more))
    return list(finding.best(asked, viewer or make.guest()).post_ids)
