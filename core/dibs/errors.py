"""The error tree: one base, a stable code, typed data. Only the web layer turns an error into status and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import attrs


class DibsError(Exception):
    """Base of every error that Dibs raises on purpose.

    Attributes:
        code: stable machine-readable name; never changes once released.
        data: JSON-able facts about the case (ids, limits, what is left).
    """

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data: Mapping[str, Any] = data


@attrs.frozen
class FieldFault:
    """One faulty field of an outside payload: `path` such as `items[2].title`, and what is wrong with it."""

    path: str
    problem: str


class InvalidInputError(DibsError):
    """An outside payload (API body, CSV, settings, message) is not usable; every faulty field is named."""

    code = "invalid_input"

    def __init__(self, message: str, faults: Sequence[FieldFault] = (), **data: Any) -> None:
        super().__init__(message, **data)
        self.faults = tuple(faults)


class SettingsError(InvalidInputError):
    """The settings of the process are faulty; all faults are in one message."""

    code = "invalid_settings"


class NotFoundError(DibsError):
    """The thing does not exist in this workspace (or belongs to another one, which is told the same way)."""

    code = "not_found"


class ConflictError(DibsError):
    """The state of the thing does not allow this now."""

    code = "conflict"


class DuplicateError(ConflictError):
    """A thing with this identity exists already."""

    code = "duplicate"


class AlreadyDoneError(ConflictError):
    """The same request, by its idempotency key, has been carried out; it was not done again."""

    code = "already_done"


class IdempotencyMismatchError(ConflictError):
    """An idempotency key that was used for another request."""

    code = "idempotency_mismatch"


class InProgressError(ConflictError):
    """The first request with this idempotency key has no answer yet; `data["retry_after"]` says when to ask again."""

    code = "in_progress"


class StaleWriterError(ConflictError):
    """This process no longer owns the show: its fence number is older than the lease row's."""

    code = "stale_writer"


class StaleReaderError(StaleWriterError):
    """This process no longer reads the stream: another one does, or the stream was taken off its show."""

    code = "stale_reader"


class BelowWonError(ConflictError):
    """A total quantity below what is won; `data["winners"]` names who would lose."""

    code = "below_won"


class OutOfStockError(ConflictError):
    """Not enough left; `data["left"]` says how many."""

    code = "out_of_stock"


class PriceMissingError(ConflictError):
    """Something has no price; `data["problem"]` says why (`missing_cost` …), and the message names the batch."""

    code = "price_missing"


class PriceRefusedError(ConflictError):
    """A price is not taken as it is; `data["problem"]` says why (`fell_far` …) and what would let it through."""

    code = "price_refused"


class CreditExceededError(ConflictError):
    """The customer would owe more than the limit; `data` has `available`, `limit` and `may_override`."""

    code = "credit_exceeded"


class SessionClosedError(ConflictError):
    """The session sells no more: it has not begun, is paused, has ended or expired; `data["status"]` says which."""

    code = "session_closed"


class RunStoppedError(ConflictError):
    """Long work that goes on no more: somebody stopped it, or it is over. The job that does it ends by this."""

    code = "run_stopped"


class UnauthenticatedError(DibsError):
    """No valid sign-in with this request."""

    code = "unauthenticated"


class BadCredentialsError(UnauthenticatedError):
    """E-mail address or password is wrong; which of them is not told."""

    code = "bad_credentials"


class WrongSignInError(UnauthenticatedError):
    """Signed in as a customer where members work, or as a member where customers do."""

    code = "wrong_sign_in"


class ForbiddenError(DibsError):
    """Signed in, but the role does not carry the permission named in `data["permission"]`."""

    code = "forbidden"


class StaleSignInError(ForbiddenError):
    """The sign-in is too old for this change: the user must prove again who they are."""

    code = "sign_in_too_old"


class RateLimitedError(DibsError):
    """Too many attempts; `data["retry_after"]` says in how many seconds to try again."""

    code = "rate_limited"


class UnavailableError(DibsError):
    """A part that is needed (database, owner of the show) can't answer now; trying again helps."""

    code = "unavailable"


class PluginError(DibsError):
    """Base of what goes wrong in a plugin; `data["plugin"]` names it."""

    code = "plugin_error"


class PluginLoadError(PluginError):
    """A plugin can't be imported or breaks the contract of a hook; it is refused by name, the rest runs."""

    code = "plugin_load"


class PluginHookError(PluginError):
    """A hook of a plugin raised or hung; `data` names hook and plugin, `__cause__` is the reason."""

    code = "plugin_hook"


class InvariantError(DibsError):
    """An answer or a state breaks one of the promises and was not written."""

    code = "invariant"
