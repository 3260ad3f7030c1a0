from tests import make


def test_make(db):
    t = make.topic(replies=3)
    assert t.post_count == 4


def test_health(client, db):
    assert client().get("/healthz").status_code == 200
    r = client(make.viewer()).get("/nothing-here")
    assert r.status_code == 404
    assert "Reference" in r.text
