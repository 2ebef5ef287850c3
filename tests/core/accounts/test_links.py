"""A sign-in link leads to a page of this server and nowhere else."""

import pytest

from dibs.accounts.links import local_path


@pytest.mark.parametrize("target", ["/", "/shows", "/shows/1/console?tab=a#b"])
def test_paths_of_this_server_are_taken(target: str) -> None:
    assert local_path(target)


@pytest.mark.parametrize(
    "target",
    ["", "shows", "//evil.example", "/\\evil.example", "https://evil.example", "/a\\b", "/a\r\nSet-Cookie: x", "/\t/x"],
)
def test_everything_else_is_refused(target: str) -> None:
    assert not local_path(target)
