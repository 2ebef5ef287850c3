"""Accounts as a whole: equal time for unknown accounts, ended sign-ins, roles that change elsewhere."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

import argon2
import attrs
import pytest

from dibs.accounts.access import AccessClaims
from dibs.accounts.model import Registration
from dibs.accounts.passwords import Passwords
from dibs.accounts.service import Accounts
from dibs.accounts.users import LOCAL_OWNER
from dibs.db import Database
from dibs.errors import BadCredentialsError, ForbiddenError
from dibs.settings import Settings

ANA = Registration("ana@example.com", "correct horse", "Ana")


@pytest.fixture
async def accounts(db: Database, tmp_path: Path) -> AsyncIterator[Accounts]:
    made = Accounts(db, Settings(data_dir=tmp_path, attempts_per_minute=1000))
    await made.start()
    yield made
    await made.close()


async def test_signing_in_to_no_account_takes_as_much_work_as_a_wrong_password(accounts: Accounts) -> None:
    await accounts.register(ANA, "here")

    async def work(email: str) -> float:
        started = time.process_time()
        with pytest.raises(BadCredentialsError):
            await accounts.sign_in(email, "wrong password", "here")
        return time.process_time() - started

    pairs = [(await work(ANA.email), await work("nobody@example.com")) for _ in range(7)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < unknown / known < 2


async def test_a_weak_old_hash_is_replaced_at_the_next_sign_in(accounts: Accounts, db: Database) -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    await accounts.users.create(ANA, await Passwords(weak).hash(ANA.password))
    await accounts.sign_in(ANA.email, ANA.password, "here")
    stored = await accounts.users.stored(ANA.email)
    assert stored is not None
    assert stored.password_hash is not None
    assert not accounts.passwords.outdated(stored.password_hash)
    await accounts.sign_in(ANA.email, ANA.password, "here")


async def test_the_first_to_register_takes_over_what_a_replay_made(accounts: Accounts) -> None:
    replayed, workspace = await accounts.users.create(Registration(LOCAL_OWNER, "no password", "Local", "Local"), None)
    assert not await accounts.users.anybody()
    ana, own = await accounts.register(ANA, "here")
    assert ana.id == replayed.id
    assert {place.id for place in await accounts.workspaces.of_user(ana.id)} == {workspace.id, own.id}
    with pytest.raises(ForbiddenError):
        await accounts.register(attrs.evolve(ANA, email="ben@example.com"), "here")


async def test_what_a_link_was_made_for_is_taken_over_by_nobody(accounts: Accounts) -> None:
    replayed, _ = await accounts.users.create(Registration(LOCAL_OWNER, "no password", "Local", "Local"), None)
    await accounts.link_by_command(replayed.id, "/")
    with pytest.raises(ForbiddenError):
        await accounts.register(ANA, "here")


async def test_a_closed_account_stands_in_the_log_once(accounts: Accounts, db: Database) -> None:
    user, workspace = await accounts.register(ANA, "here")
    for _ in range(2):
        await accounts.disable(user.id)
    wanted = "SELECT actor_name, entity_id FROM audit_log WHERE workspace_id = $1 AND action = 'account.disabled'"
    assert [tuple(row) for row in await db.hot_fetch(wanted, workspace.id)] == [("Command line", str(user.id))]


async def test_a_role_that_another_process_takes_away_is_gone_within_two_seconds(
    accounts: Accounts, db: Database
) -> None:
    user, workspace = await accounts.register(ANA, "here")
    sign_in = await accounts.open_sign_in(user.id)
    claims = AccessClaims(user.id, workspace.id, sign_in.id)
    before = await accounts.standings.of_bearer(claims)
    assert before is not None
    assert before.role == "owner"
    await db.hot_fetch("UPDATE members SET role = 'viewer' WHERE user_id = $1", user.id)
    await asyncio.sleep(2.05)
    after = await accounts.standings.of_bearer(claims)
    assert after is not None
    assert after.role == "viewer"


async def test_an_answer_that_was_under_way_during_a_change_is_not_remembered(accounts: Accounts, db: Database) -> None:
    user, workspace = await accounts.register(ANA, "here")
    sign_in = await accounts.open_sign_in(user.id)
    claims = AccessClaims(user.id, workspace.id, sign_in.id)
    asked = asyncio.create_task(accounts.standings.of_bearer(claims))
    await asyncio.sleep(0)
    accounts.standings.forget()
    await asked
    await db.hot_fetch("DELETE FROM members WHERE user_id = $1", user.id)
    found = await accounts.standings.of_bearer(claims)
    assert found is not None
    assert found.role is None


async def test_expired_sign_ins_are_refused_and_swept_out(accounts: Accounts, db: Database) -> None:
    user, workspace = await accounts.register(ANA, "here")
    sign_in = await accounts.open_sign_in(user.id)
    session = await accounts.open_session(user.id)
    await db.hot_fetch("UPDATE refresh_tokens SET expires_at = now() - interval '1 second'")
    await db.hot_fetch("UPDATE web_sessions SET expires_at = now() - interval '1 second'")
    claims = AccessClaims(user.id, workspace.id, sign_in.id)
    assert await accounts.standings.of_bearer(claims) is None
    assert await accounts.session_principal(session) is None
    await accounts.refresh_tokens.sweep()
    await accounts.sessions.sweep()
    left = "SELECT (SELECT count(*) FROM refresh_tokens) + (SELECT count(*) FROM web_sessions)"
    assert (await db.hot_fetch(left))[0][0] == 0
