"""Errors as the Graph API gives them: the envelope, and every code that the simulator can answer with."""

from __future__ import annotations

from typing import Any

import attrs

_LIMITS = (4, 17, 32, 80001, 80002, 80006, 613, 341)


@attrs.define(auto_exc=True)
class GraphError(Exception):
    """An answer that is not a success.

    Attributes:
        code, subcode: what a client goes by.
        status: the HTTP status.
        transient: the field `is_transient`, left out when None.
    """

    message: str
    code: int
    subcode: int | None = None
    kind: str = "OAuthException"
    status: int = 400
    transient: bool | None = None
    title: str | None = None
    words: str | None = None

    def envelope(self, trace_id: str) -> dict[str, Any]:
        """The body; what is optional is there when it says something."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        optional = {
            "error_subcode": self.subcode,
            "is_transient": self.transient,
            "error_user_title": self.title,
            "error_user_msg": self.words,
        }
        error |= {name: value for name, value in optional.items() if value is not None}
        return {"error": error | {"fbtrace_id": trace_id}}

    @property
    def limit(self) -> bool:
        """Whether this is a limit that was reached."""
        return self.code in _LIMITS


_METHOD, _INSTAGRAM = "GraphMethodException", "IGApiException"
_GONE = (
    "Unsupported get request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, "
    "or does not support this operation"
)
_TOKEN = "Error validating access token: "
_SPACED = "(#{code}) There have been too many calls {of}. Wait a bit and try again."

# (code, subcode): message, then what differs from an OAuthException with status 400
_KNOWN: dict[tuple[int, int | None], tuple[str, dict[str, Any]]] = {
    (1, None): ("An unknown error occurred", {"status": 500, "transient": True}),
    (2, None): ("Service temporarily unavailable", {"status": 503, "transient": True}),
    (3, None): ("(#3) Application does not have the capability to make this API call.", {}),
    (4, None): ("(#4) Application request limit reached", {"status": 403, "transient": True}),
    (10, None): ("(#10) Application does not have permission for this action", {"status": 403}),
    (10, 2534022): ("(#10) This message is sent outside of allowed window.", {"status": 403}),
    (10, 2018278): ("(#10) This message is sent outside of allowed window.", {"status": 403}),
    (17, None): ("(#17) User request limit reached", {"status": 403}),
    (17, 2446079): ("(#17) User request limit reached", {"status": 403}),
    (32, None): ("(#32) Page request limit reached", {"status": 403}),
    (80001, None): (_SPACED.format(code=80001, of="to this Page account"), {}),
    (80002, None): (_SPACED.format(code=80002, of="to this Instagram account"), {}),
    (80006, None): (_SPACED.format(code=80006, of="to this Messenger account"), {}),
    (613, None): ("(#613) Calls to this api have exceeded the rate limit.", {}),
    (613, 1996): ("(#613) Inconsistent amount of calls to this api.", {}),
    (341, None): ("(#341) Application limit reached", {"transient": True}),
    (100, None): ("(#100) Invalid parameter", {}),
    (100, 33): (_GONE, {"kind": _METHOD}),
    (102, None): ("Session key invalid or no longer valid", {}),
    (190, None): ("Invalid OAuth access token.", {}),
    (190, 458): (_TOKEN + "The user has not authorized application {id}.", {}),
    (190, 459): (_TOKEN + "You cannot access the app till you log in to www.facebook.com.", {}),
    (190, 460): (
        _TOKEN + "The session has been invalidated because the user changed their password or Facebook has changed "
        "the session for security reasons.",
        {},
    ),
    (190, 463): (_TOKEN + "Session has expired.", {}),
    (190, 464): (_TOKEN + "Sessions for the user are not allowed because the user is not a confirmed user.", {}),
    (190, 467): (_TOKEN + "This session is invalid because the user logged out.", {}),
    (190, 492): (_TOKEN + "The user does not have a sufficient administrative role on the Page.", {}),
    (190, 2069032): ("A Page access token is required for this call for the new Pages experience.", {}),
    (200, None): ("(#200) Permissions error", {"status": 403}),
    (200, 2069030): ("(#200) This endpoint is not supported in the new Pages experience.", {"status": 403}),
    (200, 2069031): ("(#200) This field is not supported in the new Pages experience.", {"status": 403}),
    (368, 1390008): (
        "The action attempted has been deemed abusive or is otherwise disallowed",
        {"title": "You can't use this feature right now", "words": "It looks like you were going too fast."},
    ),
    (506, None): ("(#506) Duplicate status message", {}),
    (551, None): ("(#551) This person isn't available right now.", {}),
    (10900, None): ("(#10900) Activity already replied to", {}),
    (10903, None): ("(#10903) This user can't reply to this activity", {}),
    (2534025, None): ("The comment was already replied to in private", {"kind": _INSTAGRAM}),
    (2534014, None): ("The requested user cannot be found.", {"kind": _INSTAGRAM}),
    (2534001, None): ("The thread is no longer there.", {"kind": _INSTAGRAM}),
    (1545133, None): ("An unknown error has occurred.", {"status": 500, "transient": True, "kind": _INSTAGRAM}),
}


def known_error(code: int, subcode: int | None = None, message: str | None = None, **of: object) -> GraphError:
    """The error of a code as Meta words it; a code alone is enough, and an unknown one gets plain words."""
    text, more = _KNOWN.get((code, subcode)) or _KNOWN.get((code, None)) or (f"(#{code}) Request failed", {})
    return GraphError(message or text.format(**({"id": ""} | of)), code, subcode, **more)


def known_codes() -> list[tuple[int, int | None]]:
    """Every code and subcode that has words of its own."""
    return list(_KNOWN)


def bad_parameter(words: str) -> GraphError:
    """Code 100: a parameter or field that is refused."""
    return GraphError(f"(#100) {words}", 100)


def no_such_object(object_id: str) -> GraphError:
    """Code 100, subcode 33: gone, or not visible to this token."""
    return known_error(100, 33, id=object_id)
