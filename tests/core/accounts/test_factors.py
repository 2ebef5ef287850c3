"""Codes of an authenticator app, recovery codes, the domain of passkeys, and the names of devices."""

import uuid
from datetime import UTC, datetime

import pyotp
import pytest

from dibs.accounts.recovery import code_hash, new_code
from dibs.accounts.relying_party import relying_party
from dibs.accounts.totp import STEP, matching_step
from dibs.api.acting import device_name
from dibs.settings import Settings

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = int(datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_one_step_around_now(steps: int, good: bool) -> None:
    code = pyotp.TOTP(SECRET).at(NOW + steps * STEP)
    assert matching_step(SECRET, code, NOW) == ((NOW // STEP + steps) if good else None)


@pytest.mark.parametrize("code", ["", "0", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\ud800", "é" * 100])
def test_nonsense_is_no_code(code: str) -> None:
    assert matching_step(SECRET, code, NOW) is None


def test_a_code_may_be_typed_with_its_gap() -> None:
    code = pyotp.TOTP(SECRET).at(NOW)
    assert matching_step(SECRET, f" {code[:3]} {code[3:]} ", NOW) == NOW // STEP


def test_recovery_codes_are_all_different_and_read_however_they_are_typed() -> None:
    codes, user = {new_code() for _ in range(200)}, uuid.uuid4()
    assert len(codes) == 200
    code = codes.pop()
    assert code_hash(user, code) == code_hash(user, code.upper().replace("-", " "))
    assert code_hash(user, code) != code_hash(uuid.uuid4(), code)


@pytest.mark.parametrize(
    ("settings", "domain", "origin"),
    [
        (Settings(), "localhost", "http://localhost:8800"),
        (Settings(host="0.0.0.0", port=9000), "localhost", "http://localhost:9000"),
        (Settings(host="::1"), "localhost", "http://localhost:8800"),
        (Settings(host="localhost"), "localhost", "http://localhost:8800"),
        (Settings(public_url="https://dibs.example.com"), "dibs.example.com", "https://dibs.example.com"),
        (Settings(public_url="https://example.com:444/dibs"), "example.com", "https://example.com:444"),
    ],
)
def test_passkeys_belong_to_the_domain_under_which_browsers_know_the_server(
    settings: Settings, domain: str, origin: str
) -> None:
    party = relying_party(settings)
    assert party is not None
    assert (party.id, party.origins[0]) == (domain, origin)


@pytest.mark.parametrize("settings", [Settings(public_url="https://192.0.2.7"), Settings(host="192.0.2.7")])
def test_an_ip_address_can_not_have_passkeys(settings: Settings) -> None:
    assert relying_party(settings) is None


def test_only_origins_of_the_same_domain_may_ask_for_its_passkeys() -> None:
    others = ("https://live.example.com", "https://evil.example", "https://notexample.com")
    party = relying_party(Settings(public_url="https://example.com", allowed_origins=others))
    assert party is not None
    assert party.origins == ("https://example.com", "https://live.example.com")


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("curl/8.5.0", "curl"),
        ("", ""),
        ("\x00<script>", ""),
    ],
)
def test_a_device_is_named_in_a_few_words(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
