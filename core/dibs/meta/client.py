"""Calls of the Graph API: signed, paced, and every failure one of two kinds.

No error that comes from here, and no line in the log, holds a token, a secret or an address. An error that may hide a
success (the answer got lost) says so with `uncertain` in its data: whatever must not happen twice is not repeated then.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import quote

import aiohttp
import attrs
import structlog

from dibs.meta.errors import GraphFault, Limit, Never, clean_words, error_for, read_fault, verdict_on
from dibs.meta.hosts import MetaApp
from dibs.meta.pace import Pace, shared_pace
from dibs.meta.paging import next_cursor
from dibs.meta.reading import as_list, parse_json
from dibs.meta.signatures import appsecret_proof
from dibs.meta.usage import read_usage, retry_after
from dibs.outgoing import Answer, Outgoing, PrivateAddressError
from dibs.platforms import PlatformError, RefusedError, TryAgainError

CALL_SECONDS = 12.0
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
log = structlog.get_logger("dibs.meta")


@attrs.frozen
class Caller:
    """On whose behalf a call is made.

    Attributes:
        token: sent in the header, never in an address.
        family, subject: what Meta counts the call for: `pages`, `instagram`, `messenger`, `user`, `app`, and its id.
    """

    token: str = attrs.field(repr=False)
    family: str = "app"
    subject: str = ""


@attrs.define(eq=False)
class Graph:
    """The Graph API at one host, for one app.

    Attributes:
        pace: shared by all that call for this app through this HTTP client, if nothing else is given.
        unix: gives the time for proofs.
    """

    http: Outgoing
    app: MetaApp
    base: str
    pace: Pace = attrs.field()
    unix: Callable[[], float] = attrs.field(default=time.time, repr=False)
    _timed: bool = attrs.field(default=True, init=False)
    _versions: set[str] = attrs.field(factory=set, init=False)

    def of_app(self) -> Caller:
        """The app itself."""
        return Caller(self.app.token, "app", "")

    def proof(self, token: str) -> dict[str, str]:
        """The parameters that prove that a call with this token comes from the app's own server."""
        if not self.app.secret or self.app.proof == "none":
            return {}
        if self.app.proof == "plain" or not self._timed:
            return {"appsecret_proof": appsecret_proof(self.app.secret, token)}
        at = int(self.unix())
        return {"appsecret_proof": appsecret_proof(self.app.secret, token, at), "appsecret_time": str(at)}

    @pace.default
    def _pace_of_the_app(self) -> Pace:
        return shared_pace(self.http, self.app.app_id)

    async def get(self, path: str, caller: Caller | None, params: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Read a node or an edge. Raises `TryAgainError`, `RefusedError`."""
        return await self.call("GET", path, caller, params=params)

    async def post(
        self, path: str, caller: Caller | None, form: Mapping[str, str] | None = None, *, json: Any = None
    ) -> Mapping[str, Any]:
        """Write, once: it is never repeated here. Raises `TryAgainError`, `RefusedError`."""
        return await self.call("POST", path, caller, form=form, json=json)

    async def delete(self, path: str, caller: Caller) -> Mapping[str, Any]:
        """Delete. Raises `TryAgainError`, `RefusedError`."""
        return await self.call("DELETE", path, caller)

    async def pages(
        self, path: str, caller: Caller, params: Mapping[str, str], most: int = 50
    ) -> AsyncIterator[list[Any]]:
        """The pages of an edge, at most so many, each asked for by the cursor of the one before."""
        after: str | None = None
        for _ in range(most):
            answer = await self.get(path, caller, {**params, **({"after": after} if after else {})})
            yield as_list(answer.get("data"))
            before, after = after, next_cursor(answer)
            if after is None or after == before:
                return

    async def call(
        self,
        method: str,
        path: str,
        caller: Caller | None,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        versioned: bool = True,
        seconds: float = CALL_SECONDS,
    ) -> Mapping[str, Any]:
        """One call, at most; ids in `path` come from `node_path`. Without `caller` it carries no token.

        A body that is no object comes as `data`.

        Raises:
            TryAgainError, RefusedError: what Meta's errors, broken answers and lost connections mean.
        """
        url = "/".join(
            part for part in (self.base, self.app.version if versioned else "", quote(path, safe="/%")) if part
        )
        family, subject = (caller.family, caller.subject) if caller else ("app", "")
        headers = {"Authorization": f"Bearer {caller.token}"} if caller else {}
        while True:
            timed, proof = self._timed, self.proof(caller.token) if caller else {}
            with self.pace.call(family, subject):
                answer = await self._send(
                    method, url, params={**(params or {}), **proof}, form=form, json=json, headers=headers,
                    seconds=seconds,
                )  # fmt: skip
                fault = self._noted(answer, family, subject)
                body = parse_json(answer.body)
            if fault is None and answer.status < 400 and body is not None:
                return body if isinstance(body, Mapping) else {"data": body}
            if fault is None or not (timed and self._proof_refused(fault)):
                self._fail(method, path, caller, answer, fault)

    async def _send(self, method: str, url: str, **how: Any) -> Answer:
        """The answer. Errors are told by their kind alone: their words, and they themselves, may hold the address."""
        failure: PlatformError
        try:
            return await self.http.request(method, url, **how)
        except PrivateAddressError:
            failure = RefusedError("The platform's address may not be called from here.", "configuration")
        except _NOT_SENT as error:
            failure = TryAgainError("The platform can't be reached.", kind=type(error).__name__)
        except (aiohttp.InvalidURL, ValueError) as error:
            failure = RefusedError("This can't be asked of the platform.", "configuration", kind=type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = TryAgainError("The platform did not answer.", kind=type(error).__name__, uncertain=True)
        raise failure

    def _noted(self, answer: Answer, family: str, subject: str) -> GraphFault | None:
        """The error in an answer; what the answer says about limits goes to the pace."""
        fault = read_fault(parse_json(answer.body), answer.status)
        verdict = verdict_on(fault) if fault else None
        if fault is None and answer.status == 429:
            verdict = Limit("account")
        if verdict is None and answer.status < 400:
            self.pace.worked(family, subject)
        self.pace.told(read_usage(answer.headers), family, subject)
        if isinstance(verdict, Limit):
            wait = retry_after(answer.headers)
            self.pace.limited(verdict.scope, family, subject, short=verdict.short, wait=wait)
        self._note_version(answer.headers.get("facebook-api-version"))
        return fault

    def _fail(
        self, method: str, path: str, caller: Caller | None, answer: Answer, fault: GraphFault | None
    ) -> NoReturn:
        family, subject = (caller.family, caller.subject) if caller else ("app", "")
        said = attrs.evolve(fault, words=self._clean(fault.words, caller)) if fault else None
        log.info("graph_failed", method=method, path=self._clean(path, caller), status=answer.status,
                 **(said.data if said else {}))  # fmt: skip
        if said is None:
            words = "The platform's answer can't be read."
            wait = self.pace.shut_for(family, subject) or retry_after(answer.headers)
            limited = answer.status == 429
            raise TryAgainError(words, retry_after=wait, scope="account" if limited else "call", uncertain=not limited)
        verdict = verdict_on(said)
        waits = self.pace.shut_for(family, subject) if isinstance(verdict, Limit) else retry_after(answer.headers)
        error = error_for(said, waits)
        if not isinstance(verdict, Limit | Never):
            error.data = {**error.data, "uncertain": True}
        raise error

    def _proof_refused(self, fault: GraphFault) -> bool:
        """Whether to go on without time stamps: an app that knows no such thing, or a clock that is wrong."""
        if self.app.proof != "auto" or fault.code != 100 or "appsecret" not in fault.words:
            return False
        self._timed = False
        return True

    def _clean(self, text: str, caller: Caller | None) -> str:
        return clean_words(text, caller.token if caller else "", *self.app.secrets)

    def _note_version(self, told: str | None) -> None:
        if told and told != self.app.version and told not in self._versions and len(self._versions) < 10:
            self._versions.add(told)
            log.warning("graph_version_differs", asked=self.app.version, answered=clean_words(told)[:20])
