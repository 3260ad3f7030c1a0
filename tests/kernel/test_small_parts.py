"""Paging, addresses, settings of the environment, buffers."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import ConfigError, from_environment
from app.kernel.buffer import WriteBuffer
from app.kernel.paging import GAP, Paging, page_of
from app.kernel.secret import SecretKey
from app.kernel.slugs import MAX_LENGTH, slugify
from app.kernel.throttle import network_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Harbour's 'Finished' Sea Wall", "harbours-finished-sea-wall"),
        ("Ça coûte 3 €?", "ca-coute-3"),
        ("潮汐 表", "潮汐-表"),
        ("!!!", "-"),
        ("a/b?c#d", "a-b-c-d"),
        ("مرحبا بالعالم", "مرحبا-بالعالم"),
    ],
)
def test_slugs_keep_letters_of_every_script(title, slug):
    assert slugify(title) == slug


@given(st.text(max_size=500))
def test_a_slug_is_always_a_safe_part_of_a_path(title):
    slug = slugify(title)

    assert 1 <= len(slug) <= MAX_LENGTH
    assert not set(slug) & set("/?#%\\ \n\x00")


@given(number=st.integers(1, 400), total=st.integers(0, 10_000))
def test_a_pager_is_short_rising_and_shows_both_ends(number, total):
    paging = Paging(number, 25, total)
    if not paging.exists:
        return
    shown = [n for n in paging.numbers if n != GAP]

    assert shown == sorted(set(shown))
    assert {1, number, paging.last} <= set(shown)
    assert len(paging.numbers) <= 13


def test_the_pages_near_the_end_are_one_press_away():
    assert Paging(1, 25, 99 * 25).numbers[-3:] == [97, 98, 99]


def test_positions_know_their_page():
    assert [page_of(p, 25) for p in (1, 25, 26, 50, 51)] == [1, 1, 2, 2, 3]


def test_an_unknown_setting_is_refused_by_name():
    with pytest.raises(ConfigError, match="STOA_BINDD"):
        from_environment({"STOA_BINDD": "x"})


@pytest.mark.parametrize(
    "environ",
    [
        {"STOA_BIND": "8000"},
        {"STOA_BIND": "127.0.0.1:99999"},
        {"STOA_SITE_URL": "forum.example.org"},
        {"STOA_SITE_URL": "https://forum.example.org/sub/"},
        {"STOA_DATABASE_URL": "mysql://x"},
        {"STOA_WORKERS": "0"},
        {"STOA_TRUSTED_PROXIES": "many"},
    ],
)
def test_a_setting_that_cannot_be_right_is_refused(environ):
    with pytest.raises(ConfigError, match=next(iter(environ))):
        from_environment(environ)


def test_the_defaults_serve_this_machine_only():
    config = from_environment({})

    assert (config.bind, config.is_local, config.is_https) == ("127.0.0.1:8000", True, False)
    assert config.database_url == f"sqlite:///{config.data_dir / 'stoa.db'}"
    assert config.address == "http://127.0.0.1:8000"


def test_a_buffer_joins_what_comes_in_and_loses_nothing_to_a_failed_write():
    buffer: WriteBuffer[str, int] = WriteBuffer(lambda old, new: old + new)
    buffer.add("views", 2)
    buffer.add("views", 3)

    def broken(_values: dict[str, int]) -> None:
        buffer.add("views", 10)
        raise OSError

    with contextlib.suppress(OSError):
        buffer.write(broken)
    assert buffer.drain() == {"views": 15}
    assert buffer.drain() == {}


def test_the_secret_is_made_once_and_is_its_owners_only(tmp_path: Path):
    first, second = SecretKey(), SecretKey()
    first.open(tmp_path / "secrets")
    second.open(tmp_path / "secrets")

    signed = first.signer("flash").dumps("hello")
    assert second.signer("flash").loads(signed) == "hello"
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Exception, match="does not match"):
        second.signer("device").loads(signed)


def test_a_secret_that_is_too_short_is_refused(tmp_path: Path):
    (tmp_path / "secrets").write_text("short")

    with pytest.raises(ValueError, match="secret"):
        SecretKey().open(tmp_path / "secrets")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (None, "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_clients_count_by_their_network(address, network):
    assert network_of(address) == network
