"""Our OpenFeature provider: answers boolean flags from the tables, through a snapshot for each workspace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn
from uuid import UUID

import attrs
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import InvalidContextError, ProviderNotReadyError, TypeMismatchError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata

from dibs.flags.model import Snapshot, decide

NAME = "dibs"
_REASONS: Mapping[str, Reason] = {
    "override": Reason.TARGETING_MATCH,
    "rollout": Reason.SPLIT,
    "flag": Reason.STATIC,
}


# The snapshot on which a reading that is under way decides; asking `load` there would wait for itself.
_deciding: ContextVar[tuple[UUID, Snapshot] | None] = ContextVar("deciding", default=None)


@contextmanager
def deciding(workspace_id: UUID, snapshot: Snapshot) -> Iterator[None]:
    """Inside, in this task, the provider decides for the workspace on this snapshot."""
    token = _deciding.set((workspace_id, snapshot))
    try:
        yield
    finally:
        _deciding.reset(token)


@attrs.define(eq=False)
class DibsProvider(AbstractProvider):
    """Resolves a flag for the workspace in the evaluation context (`targeting_key` or `workspace_id`).

    `known` gives the snapshot that is in memory, `load` a fresh one.
    """

    known: Callable[[UUID], Snapshot | None]
    load: Callable[[UUID], Awaitable[Snapshot]]

    def get_metadata(self) -> Metadata:
        """The provider's name, `dibs`."""
        return Metadata(NAME)

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        """The value for a workspace whose flags are in memory already; otherwise use the awaitable one."""
        workspace_id = _workspace(evaluation_context)
        snapshot = self.known(workspace_id)
        if snapshot is None:
            raise ProviderNotReadyError("the flags of this workspace are not loaded; use the async client")
        return _resolve(flag_key, default_value, workspace_id, snapshot)

    async def resolve_boolean_details_async(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        """The value for any workspace."""
        workspace_id = _workspace(evaluation_context)
        now = _deciding.get()
        snapshot = now[1] if now and now[0] == workspace_id else await self.load(workspace_id)
        return _resolve(flag_key, default_value, workspace_id, snapshot)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """Flags of Dibs are on or off."""
        _only_boolean(flag_key)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        """Flags of Dibs are on or off."""
        _only_boolean(flag_key)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        """Flags of Dibs are on or off."""
        _only_boolean(flag_key)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """Flags of Dibs are on or off."""
        _only_boolean(flag_key)


def context_for(workspace_id: UUID) -> EvaluationContext:
    """The evaluation context that every provider gets: the workspace, and nothing about persons."""
    return EvaluationContext(str(workspace_id), {"workspace_id": str(workspace_id)})


def _workspace(context: EvaluationContext | None) -> UUID:
    named: Any = context and (context.targeting_key or context.attributes.get("workspace_id"))
    try:
        return UUID(str(named))
    except ValueError:
        raise InvalidContextError("the evaluation context must carry workspace_id") from None


def _resolve(key: str, default: bool, workspace_id: UUID, snapshot: Snapshot) -> FlagResolutionDetails[bool]:
    decision = decide(key, workspace_id, snapshot)
    if decision is None:
        return FlagResolutionDetails(default, reason=Reason.DEFAULT, flag_metadata={"origin": "default"})
    return FlagResolutionDetails(
        decision.enabled,
        reason=_REASONS[decision.origin],
        variant="on" if decision.enabled else "off",
        flag_metadata={"origin": decision.origin},
    )


def _only_boolean(key: str) -> NoReturn:
    raise TypeMismatchError(f"the flag {key} is a boolean")
