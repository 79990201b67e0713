"""The setting `hoist:rotation`: which secrets rotate when, and the network of the function.

A JSON object. `secrets` is a list of `{"name", "schedule", "window"}`, such as
`{"name": "hoist/prod/db", "schedule": "rate(30 days)", "window": "3h"}`; without a window Secrets
Manager has its own. `subnets` and `securityGroups` come together, and only where targets are in a
VPC.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.errors import SettingsError
from components.json_settings import json_object
from components.rotation_schedules import ScheduleError, check_schedule

_KEYS = frozenset({"secrets", "subnets", "securityGroups"})
_SECRET_KEYS = frozenset({"name", "schedule", "window"})
_SECRET_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
_SUBNET = re.compile(r"subnet-[0-9a-f]{8,17}")
_SECURITY_GROUP = re.compile(r"sg-[0-9a-f]{8,17}")
# As many as Lambda takes.
_SUBNETS_AT_MOST, _SECURITY_GROUPS_AT_MOST = 16, 5


@dataclass(frozen=True, slots=True)
class SecretSchedule:
    """When one secret rotates."""

    secret: str
    expression: str
    window: str | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """Where in a VPC a function is."""

    subnets: Sequence[str]
    security_groups: Sequence[str]


@dataclass(frozen=True, slots=True)
class RotationSettings:
    """All that is set for rotation. A secret that is not listed rotates when somebody asks."""

    schedules: Sequence[SecretSchedule] = ()
    network: Network | None = None


def read_rotation(config: pulumi.Config, *, environment: str) -> RotationSettings:
    """The setting, checked; raises SettingsError."""
    text = config.get("rotation")
    if not text:
        return RotationSettings()
    given = json_object(text, _KEYS, _refused)
    return RotationSettings(
        schedules=_schedules(given.get("secrets", []), prefix=f"hoist/{environment}/"),
        network=_network(given),
    )


def _schedules(value: Any, *, prefix: str) -> Sequence[SecretSchedule]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _refused("needs `secrets`, a list of objects")
    found = [_schedule(each, prefix=prefix) for each in value]
    names = [each.secret for each in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise _refused(f"names {', '.join(twice)} more than once")
    return found


def _schedule(given: dict[str, Any], *, prefix: str) -> SecretSchedule:
    if unknown := sorted(given.keys() - _SECRET_KEYS):
        raise _refused(f"has no {', '.join(unknown)} in `secrets`")
    name, expression, window = (given.get(key) for key in ("name", "schedule", "window"))
    if not isinstance(name, str) or not _SECRET_NAME.fullmatch(name):
        raise _refused("needs the `name` of each secret")
    if not name.startswith(prefix) or name == prefix:
        raise _refused(f"names {name}: the function may only touch secrets below {prefix}")
    if not isinstance(expression, str) or not isinstance(window, str | None):
        raise _refused(f'needs a `schedule` for {name}, and its `window` as in "3h"')
    try:
        check_schedule(expression, window)
    except ScheduleError as fault:
        raise _refused(f"has an unusable schedule for {name}: {fault}") from None
    return SecretSchedule(name, expression, window)


def _network(given: dict[str, Any]) -> Network | None:
    subnets = _ids(given, "subnets", _SUBNET, _SUBNETS_AT_MOST)
    groups = _ids(given, "securityGroups", _SECURITY_GROUP, _SECURITY_GROUPS_AT_MOST)
    if bool(subnets) != bool(groups):
        raise _refused("needs both `subnets` and `securityGroups`, or neither")
    return Network(subnets, groups) if subnets else None


def _ids(given: dict[str, Any], key: str, form: re.Pattern[str], at_most: int) -> Sequence[str]:
    value = given.get(key, [])
    if not isinstance(value, list) or len(value) > at_most:
        raise _refused(f"needs `{key}`, a list of at most {at_most}")
    for each in value:
        if not isinstance(each, str) or not form.fullmatch(each):
            raise _refused(f"has {each!r} in `{key}`, which is no id of one")
    return value


def _refused(reason: str) -> SettingsError:
    return SettingsError(f"hoist:rotation {reason}; see infra/components/rotation_settings.py")
