"""From flags to plugins: asks the OpenFeature client, then applies health and requirements."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from openfeature.client import OpenFeatureClient
from openfeature.flag_evaluation import FlagEvaluationDetails, Reason

from dibs.flags.model import Decision, Origin, Snapshot
from dibs.flags.provider import context_for
from dibs.plugins import LoadedPlugin

Decisions = Mapping[str, Decision]
_OURS: Mapping[str, Origin] = {
    "override": "override",
    "rollout": "rollout",
    "flag": "flag",
    "default": "default",
}


async def decide_all(
    client: OpenFeatureClient,
    plugins: Mapping[str, LoadedPlugin],
    workspace_id: UUID,
    snapshot: Snapshot,
    before: Decisions,
) -> Decisions:
    """What is on in a workspace. A flag that its provider can't evaluate keeps the value it had `before`."""
    context = context_for(workspace_id)
    found: dict[str, Decision] = {}
    for name, plugin in plugins.items():
        if plugin.info.always:
            found[name] = Decision(True, "always")
            continue
        details = await client.get_boolean_details_async(name, plugin.info.default, context)
        known = before.get(name) if details.reason == Reason.ERROR else None
        decision = known or Decision(details.value, _origin(details))
        found[name] = _healthy(name, decision, snapshot)
    return _with_requirements(plugins, found)


def _origin(details: FlagEvaluationDetails[bool]) -> Origin:
    if details.reason in (Reason.ERROR, Reason.DEFAULT):
        return "default"
    return _OURS.get(str(details.flag_metadata.get("origin")), "provider")


def _healthy(name: str, decision: Decision, snapshot: Snapshot) -> Decision:
    return Decision(False, "health") if decision.enabled and name in snapshot.failing else decision


def _with_requirements(plugins: Mapping[str, LoadedPlugin], found: dict[str, Decision]) -> Decisions:
    again = True
    while again:
        again = False
        for name, decision in found.items():
            if decision.enabled and not all(found[r].enabled for r in plugins[name].info.requires):
                found[name] = Decision(False, "requires")
                again = True
    return found
