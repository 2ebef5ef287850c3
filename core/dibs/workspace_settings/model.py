"""The settings of a workspace: what holds for all its shows, and how its pages and texts are written."""

from __future__ import annotations

from typing import Any

import attrs

from dibs.accounts.fields import check_name
from dibs.bounds import bounded
from dibs.models.rules import DeletedRule, EditedRule, RepeatRule, ShowRules
from dibs.workspace_settings.choices import check_currency, check_invoice_from, check_language, check_time_zone

POLLING = (2, 10)
RETENTION = (30, 3650)


def _between(low: int, high: int) -> Any:
    @bounded(minimum=low, maximum=high)
    def check(_: Any, __: attrs.Attribute[int], value: int) -> None:
        if not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")

    return check


@attrs.frozen
class WorkspaceSettings:
    """What a workspace has set; each field has the default that holds where nothing was set.

    Attributes:
        rules: the rules of its shows; a show may have its own for each.
        polling_seconds: how often a platform that has to be asked is asked for new comments.
        time_zone: the IANA time zone in which pages and exports reckon.
        currency: the ISO 4217 code of its prices.
        language: the language of the texts that go out in its name.
        retention_days: days after the end of a show at which the texts and names of its comments are blanked;
            None keeps them.
        invoice_from: what stands below the name on invoices: address, tax number; several lines.
    """

    rules: ShowRules = attrs.field(factory=ShowRules)
    polling_seconds: int = attrs.field(default=3, validator=_between(*POLLING))
    time_zone: str = attrs.field(default="UTC", validator=check_time_zone)
    currency: str = attrs.field(default="USD", validator=check_currency)
    language: str = attrs.field(default="en", validator=check_language)
    retention_days: int | None = attrs.field(default=None, validator=attrs.validators.optional(_between(*RETENTION)))
    invoice_from: str = attrs.field(default="", validator=check_invoice_from)


@attrs.frozen
class RulesPatch:
    """Rules to change. A rule that is left out stays; null goes back to the default. Of plugins each name stands for
    itself."""

    claim_words: tuple[str, ...] | None = None
    pass_words: tuple[str, ...] | None = None
    locales: tuple[str, ...] | None = None
    several: bool | None = None
    claim_without_code: bool | None = None
    repeat: RepeatRule | None = None
    max_quantity: int | None = None
    max_per_buyer: int | None = None
    edited_comments: EditedRule | None = None
    deleted_comments: DeletedRule | None = None
    plugins: dict[str, dict[str, Any] | None] | None = None


@attrs.frozen
class SettingsPatch:
    """Settings to change. What is left out stays; null goes back to the default."""

    rules: RulesPatch | None = None
    polling_seconds: int | None = None
    time_zone: str | None = None
    currency: str | None = None
    language: str | None = None
    retention_days: int | None = None
    invoice_from: str | None = None


@attrs.frozen
class WorkspacePatch:
    """What to change of a workspace; `version` is the one that was read."""

    name: str | None = attrs.field(default=None, validator=attrs.validators.optional(check_name))
    settings: SettingsPatch | None = None
    version: int | None = None
