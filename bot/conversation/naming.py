"""Every way to name a criterion, or a group that an exemption covers, in a typed text."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversation.assessment import Assessment


def names(assessment: Assessment) -> Mapping[str, str]:
    """Every name, and the id it stands for: as printed, as in the criteria set, as the scope of an exemption."""
    criteria = assessment.criteria
    scopes = {exemption.scope: exemption.scope for exemption in criteria.exemptions}
    return (
        scopes | {leaf.printed_id: leaf.id for leaf in criteria.leaves} | {leaf.id: leaf.id for leaf in criteria.leaves}
    )
