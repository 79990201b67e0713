"""IAM policy documents, written as statements whose ARNs may still be unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi

Condition = Mapping[str, Mapping[str, str | list[pulumi.Input[str]]]]
"""Operator, then key, then the value or the values: `{"StringEquals": {"aws:SourceVpc": "…"}}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement. `principal` belongs to the policies of resources: a service, or `*`."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[pulumi.Input[str], ...] = ()
    condition: Condition = field(default_factory=dict)
    effect: Literal["Allow", "Deny"] = "Allow"
    principal: str | Mapping[str, str] = ""


def policy_document(*statements: Statement) -> pulumi.Output[str]:
    """The document as JSON, known as soon as the last of its ARNs is."""
    return pulumi.Output.json_dumps(
        {"Version": "2012-10-17", "Statement": [_plain(statement) for statement in statements]}
    )


def _plain(statement: Statement) -> dict[str, object]:
    parts: dict[str, object] = {
        "Sid": statement.sid,
        "Effect": statement.effect,
        "Principal": statement.principal,
        "Action": list(statement.actions),
        "Resource": list(statement.resources),
        "Condition": statement.condition,
    }
    # AWS refuses an empty element; one that does not apply is left out.
    return {name: part for name, part in parts.items() if part}
