"""The address that a rate limit counts is one that the client can't choose."""

import pytest

from dibs.api.requests import client_address
from dibs.app import create_app
from dibs.settings import Settings


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "192.0.2.7"),
        (1, None, "192.0.2.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        (2, "10.0.0.1, 198.51.100.1, 203.0.113.4", "198.51.100.1"),
        (2, "203.0.113.4", "192.0.2.7"),
        (1, "nonsense", "192.0.2.7"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "[2001:db8:1:2:3::4]:4711", "20010db800010002::/64"),
        (1, "2001:db8:1:2:ffff::9", "20010db800010002::/64"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
async def test_the_address(trusted: int, forwarded: str | None, expected: str) -> None:
    app = create_app(Settings(trusted_proxies=trusted))
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    scope = {"client": ("192.0.2.7", 4711)}
    async with app.test_request_context("/", headers=headers, scope_base=scope):
        assert client_address() == expected


async def test_several_header_lines_count_as_one_list() -> None:
    app = create_app(Settings(trusted_proxies=1))
    headers = [("X-Forwarded-For", "10.0.0.1"), ("X-Forwarded-For", "198.51.100.1")]
    from werkzeug.datastructures import Headers

    async with app.test_request_context("/", headers=Headers(headers)):
        assert client_address() == "198.51.100.1"
