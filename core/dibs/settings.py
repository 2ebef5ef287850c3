"""Settings of a process: defaults, then `dibs.toml`, then `DIBS_*` environment variables; later ones win."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import attrs

from dibs.errors import FieldFault, SettingsError

_PREFIX = "DIBS_"


@attrs.frozen
class Settings:
    """Everything that a process can be told. Each name is a key of `dibs.toml` and, in capitals after `DIBS_`, an
    environment variable; `DATABASE_URL` is understood as well.

    Attributes:
        database_url: a PostgreSQL address; None starts the embedded PostgreSQL in `data_dir`.
        data_dir: folder for the embedded database and the secret key.
        host, port: where the server listens. Port 0 takes any free one.
        workers: number of server processes.
        bus: `auto` (memory for one process, postgres for several), or the name of a bus that a plugin gives.
        secret_key: signs access tokens and seals stored secrets; None makes one and keeps it in `data_dir`.
        old_secret_keys: keys that `secret_key` replaced: what they sealed can still be read. `dibs keys rotate` seals
            it anew, then they may go.
        public_url: the address under which browsers reach the server, if it is not `http://host:port`.
        allowed_origins: further origins from which browsers may open WebSockets and send forms.
        trusted_proxies: how many proxies in front are trusted to report the peer's address.
        development: opens what only developers need.
        log_level, log_format: `debug` … `error`; `json` or `text`.
        access_minutes, refresh_days: life of access and refresh tokens.
        attempts_per_minute: how many sign-ins, registrations or refreshes one address or one account may try.
        registration: who may make an account: `invited` (the first one, then whoever has an invitation), `open`
            (everybody), `closed` (nobody; the command line makes them).
        metrics_token: who may read `/metrics` from elsewhere; None allows only this machine.
        shutdown_seconds: how long a stopping server waits for what is in flight.
        plugins: settings of plugins for the whole instance, by plugin name: tables `[plugins.<name>]`, or environment
            variables `DIBS_<NAME>__<FIELD>`. A value may be JSON; what is none is a text.
    """

    database_url: str | None = None
    data_dir: Path = Path("dibs-data")
    host: str = "127.0.0.1"
    port: int = 8800
    workers: int = 1
    bus: str = "auto"
    secret_key: str | None = attrs.field(default=None, repr=False)
    old_secret_keys: tuple[str, ...] = attrs.field(default=(), repr=False)
    public_url: str | None = None
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: int = 0
    development: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"
    access_minutes: int = 15
    refresh_days: int = 7
    attempts_per_minute: int = 10
    registration: Literal["invited", "open", "closed"] = "invited"
    metrics_token: str | None = attrs.field(default=None, repr=False)
    shutdown_seconds: int = 10
    plugins: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict, repr=False, hash=False)

    @property
    def origin(self) -> str:
        """Scheme, host and port under which browsers know this server."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def secure_cookies(self) -> bool:
        """Cookies are marked Secure unless the server is reached by plain http on this machine."""
        return self.origin.startswith("https://")


def load_settings(environ: Mapping[str, str] | None = None, file: Path | None = None, **given: Any) -> Settings:
    """Settings from `file` (default `dibs.toml` here, if it is there), the environment, and `given`, which wins.

    Raises:
        SettingsError: one message that names every fault, and where it stands.
    """
    environ = os.environ if environ is None else environ
    named = file or (Path(environ["DIBS_CONFIG"]) if environ.get("DIBS_CONFIG") else None)
    values, origins, faults = _from_file(named or Path("dibs.toml"), explicit=named is not None)
    for key, value in _from_environment(environ, faults).items():
        values[key], origins[key] = value if key != "plugins" else (_joined(values.get(key), value[0]), value[1])
    for key, value in given.items():
        if value is not None:
            values[key], origins[key] = value, key
    clean = {key: _convert(key, value, origins[key], faults) for key, value in values.items()}
    if faults:
        lines = "; ".join(f"{fault.path}: {fault.problem}" for fault in faults)
        raise SettingsError(f"The settings have {len(faults)} fault(s): {lines}", faults)
    return Settings(**clean)


def _from_file(path: Path, *, explicit: bool) -> tuple[dict[str, Any], dict[str, str], list[FieldFault]]:
    faults: list[FieldFault] = []
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if explicit:
            faults.append(FieldFault(str(path), "there is no such file"))
        return {}, {}, faults
    except (OSError, ValueError) as error:
        return {}, {}, [FieldFault(str(path), f"can't be read: {error}")]
    known = {field.name for field in attrs.fields(Settings)}
    faults += [FieldFault(f"{path}: {key}", "is not a known setting") for key in content if key not in known]
    values = {key: value for key, value in content.items() if key in known}
    return values, {key: f"{path}: {key}" for key in values}, faults


def _from_environment(environ: Mapping[str, str], faults: list[FieldFault]) -> dict[str, tuple[Any, str]]:
    known = {field.name for field in attrs.fields(Settings)}
    found: dict[str, tuple[Any, str]] = {}
    if environ.get("DATABASE_URL"):
        found["database_url"] = (environ["DATABASE_URL"], "DATABASE_URL")
    for name, value in environ.items():
        key = name.removeprefix(_PREFIX).lower()
        if not name.startswith(_PREFIX) or name == "DIBS_CONFIG":
            continue
        plugin, two, field = key.partition("__")
        if two and plugin and field:
            found.setdefault("plugins", ({}, name))[0].setdefault(plugin, {})[field] = _plugin_value(value)
        elif key in known and key != "plugins":
            found[key] = (value, name)
        else:
            faults.append(FieldFault(name, "is not a known setting"))
    return found


def _plugin_value(text: str) -> Any:
    """Lists, objects, truths and null of JSON; everything else, numbers too, is a text: an id is no number."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, str | int | float) and not isinstance(value, bool) else value


def _joined(file: Any, environment: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The settings of plugins from the file, field by field overruled by the environment."""
    base = dict(file) if isinstance(file, Mapping) else {}
    return base | {name: {**base.get(name, {}), **fields} for name, fields in environment.items()}


def _plugins(value: Any) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(value, Mapping) or not all(isinstance(inner, Mapping) for inner in value.values()):
        raise ValueError("must be a table with a table for each plugin")
    return value


def _convert(key: str, value: Any, origin: str, faults: list[FieldFault]) -> Any:
    try:
        return _CHECKS[key](value)
    except ValueError as error:
        faults.append(FieldFault(origin, str(error)))
        return None


def _whole(low: int, high: int) -> Any:
    def check(value: Any) -> int:
        try:
            number = int(value) if isinstance(value, str) else value
        except ValueError:
            number = None
        if type(number) is not int or not low <= number <= high:
            raise ValueError(f"must be a whole number from {low} to {high}, not {value!r}")
        return number

    return check


def _choice(*names: str) -> Any:
    def check(value: Any) -> str:
        if value not in names:
            raise ValueError(f"must be one of {', '.join(names)}, not {value!r}")
        return str(value)

    return check


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    return value


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if not isinstance(value, str) or value.lower() not in known:
        raise ValueError(f"must be true or false, not {value!r}")
    return known[value.lower()]


def _address(value: Any) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"must be an address such as https://dibs.example.com, not {value!r}")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def _origins(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ValueError("must be a list of addresses")
    return tuple(_address(part.strip() if isinstance(part, str) else part) for part in parts if part)


def _database(value: Any) -> str:
    text = _text(value)
    if urlsplit(text).scheme not in ("postgres", "postgresql"):
        raise ValueError("must be a PostgreSQL address such as postgresql://user@host/name")
    return text


def _secret(value: Any) -> str:
    text = _text(value)
    if len(text) < 32:
        raise ValueError("must have at least 32 characters")
    return text


def _secrets(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ValueError("must be a list of keys")
    return tuple(_secret(part.strip() if isinstance(part, str) else part) for part in parts if part)


_CHECKS: Mapping[str, Any] = {
    "database_url": _database,
    "data_dir": lambda value: value if isinstance(value, Path) else Path(_text(value)).expanduser(),
    "host": _text,
    "port": _whole(0, 65535),
    "workers": _whole(1, 64),
    "bus": _text,
    "secret_key": _secret,
    "old_secret_keys": _secrets,
    "public_url": _address,
    "allowed_origins": _origins,
    "trusted_proxies": _whole(0, 10),
    "development": _truth,
    "log_level": _choice("debug", "info", "warning", "error"),
    "log_format": _choice("json", "text"),
    "access_minutes": _whole(1, 24 * 60),
    "refresh_days": _whole(1, 365),
    "attempts_per_minute": _whole(1, 100_000),
    "registration": _choice("invited", "open", "closed"),
    "metrics_token": _secret,
    "shutdown_seconds": _whole(1, 600),
    "plugins": _plugins,
}
