"""A program that wants something else at each update: the states that it registers, by chance."""

from collections.abc import Iterable, Mapping
from itertools import chain
from random import Random
from typing import Any

from journals import STACK, THING, urn
from orchestrator.state.urn import ROOT_STACK_TYPE, Urn
from simulated_engine import State

COMPONENT_TYPES = ("shop:index:Part", "shop:index:Group")
PROVIDER_TYPE = "pulumi:providers:test"
SECRET = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "ciphertext": "v1:c2VjcmV0",
}

_CUSTOM_TYPES = (THING, "test:index:Other")
_LEFT_BEHIND = {"aliases", "pendingReplacement", "inputs", "outputs"}


class ChangingProgram:
    """One run of the program. It refers only to what it has registered before."""

    def __init__(self, chance: Random, old_urns: Iterable[str]) -> None:
        self._chance = chance
        self._old_urns = frozenset(old_urns)
        self._registered: list[str] = []
        self._present_name: dict[str, str] = {}

    def name_of(self, old_urn: str) -> str:
        """The present name of an old resource; empty if the program does not want it any more."""
        return self._present_name.get(old_urn, "")

    def stack(self) -> State:
        """The resource that every program registers first."""
        return self._registering({"urn": STACK, "custom": False, "type": ROOT_STACK_TYPE}, STACK)

    def next_state(self, old: State) -> State:
        """What has become of an old resource: other contents, another parent, another name."""
        resource_type = old["type"]
        if resource_type in COMPONENT_TYPES and self._happens(0.1):
            resource_type = self._chance.choice(COMPONENT_TYPES)
        parent = self._present(old.get("parent", "")) if self._happens(0.9) else self._any_parent()
        before = Urn.parse(old["urn"])
        name = before.name if self._happens(0.9) else f"{before.name}x"
        target = _urn(name, resource_type, parent)
        if target in self._registered or target in self._old_urns - {old["urn"]}:
            # Another resource has that name: this one stays what it was.
            resource_type, parent = old["type"], self._present(old.get("parent", ""))
            target = old["urn"]
        kept = {key: old[key] for key in old if key not in _LEFT_BEHIND}
        aliases = {"aliases": [old["urn"]]} if target != old["urn"] else {}
        wanted = {**kept, **aliases, "urn": target, "type": resource_type, "parent": parent}
        return self._registering(wanted, old["urn"])

    def new_state(self) -> State:
        """A resource that was not there before."""
        resource_type = self._chance.choice(
            [*COMPONENT_TYPES, PROVIDER_TYPE, *_CUSTOM_TYPES, *_CUSTOM_TYPES, *_CUSTOM_TYPES]
        )
        parent = self._any_parent()
        name = self._unused_name()
        wanted: State = {
            "urn": _urn(name, resource_type, parent),
            "custom": resource_type not in COMPONENT_TYPES,
            "type": resource_type,
            "parent": parent,
        }
        if wanted["custom"]:
            wanted["id"] = f"id-{name}"
        if resource_type in _CUSTOM_TYPES:
            wanted |= self._new_references()
        return self._registering(wanted, wanted["urn"])

    def _registering(self, wanted: State, old_urn: str) -> State:
        state = {**self._with_present_references(wanted), **self._contents()}
        self._registered.append(state["urn"])
        self._present_name[old_urn] = state["urn"]
        return state

    def _with_present_references(self, wanted: State) -> State:
        changed: State = {}
        for name in ("parent", "deletedWith", "viewOf"):
            changed[name] = self._present(wanted.get(name, ""))
        for name in ("dependencies", "replaceWith"):
            changed[name] = self._all_present(wanted.get(name, []))
        properties = wanted.get("propertyDependencies", {})
        changed["propertyDependencies"] = {
            name: self._all_present(urns) for name, urns in properties.items()
        }
        provider_urn, _, provider_id = wanted.get("provider", "").rpartition("::")
        provider = self._present(provider_urn)
        changed["provider"] = f"{provider}::{provider_id}" if provider else ""
        return {name: value for name, value in {**wanted, **changed}.items() if value not in _EMPTY}

    def _present(self, old_urn: str) -> str:
        name = self._present_name.get(old_urn, old_urn)
        return name if name in self._registered else ""

    def _all_present(self, old_urns: Iterable[str]) -> list[str]:
        return [name for name in map(self._present, old_urns) if name]

    def _unused_name(self) -> str:
        # Of any type: a component that changes its type takes its children's URNs along.
        used = {Urn.parse(one).name for one in (*self._old_urns, *self._registered)}
        number = self._chance.randint(1, 10**6)
        while not used.isdisjoint({f"r{number}", f"r{number}x"}):
            number += 1
        return f"r{number}"

    def _any_parent(self) -> str:
        components = [one for one in self._registered if Urn.parse(one).type in COMPONENT_TYPES]
        return self._chance.choice([STACK, *components])

    def _new_references(self) -> State:
        others = self._registered
        references: State = {"dependencies": self._some(others)}
        if self._happens(0.4):
            references["propertyDependencies"] = {"size": self._some(others), "color": []}
        if self._happens(0.2):
            references["deletedWith"] = self._chance.choice(others)
        if self._happens(0.15):
            references["replaceWith"] = self._some(others)
        if self._happens(0.1):
            references["viewOf"] = self._chance.choice(others)
        providers = [one for one in others if Urn.parse(one).type == PROVIDER_TYPE]
        if providers and self._happens(0.8):
            provider = self._chance.choice(providers)
            # A provider keeps its id when it gets another name.
            references["provider"] = f"{provider}::id-{Urn.parse(provider).name.rstrip('x')}"
        return references

    def _contents(self) -> State:
        optional: dict[str, Any] = {
            "taint": True,
            "refreshBeforeUpdate": True,
            "resourceHooks": {"beforeCreate": ["hook"]},
            "extensionRef": "ref-1",
            "initErrors": ["not ready"],
            "additionalSecretOutputs": ["key"],
            "customTimeouts": {"create": 300},
            "created": "2026-01-02T03:04:05.678Z",
            "sourcePosition": "project:///__main__.py#7,3",
            "ignoreChanges": ["size"],
            "retainOnDelete": True,
        }
        chosen = {name: value for name, value in optional.items() if self._happens(0.06)}
        return {
            "inputs": {"size": self._chance.randint(0, 9), "none": None, "empty": {"list": []}},
            "outputs": {"ratio": self._chance.choice([0.5, 1e-7, 2.5e30]), "key": SECRET},
            **chosen,
        }

    def _some(self, urns: list[str]) -> list[str]:
        return self._chance.sample(urns, self._chance.randint(0, min(2, len(urns))))

    def _happens(self, probability: float) -> bool:
        return self._chance.random() < probability


def references_of(state: Mapping[str, Any]) -> set[str]:
    """All URNs that must be there before the resource."""
    properties = state.get("propertyDependencies", {})
    return {
        *state.get("dependencies", []),
        *state.get("replaceWith", []),
        *chain.from_iterable(properties.values()),
        *(state[name] for name in ("parent", "deletedWith", "viewOf") if name in state),
        state.get("provider", "").rpartition("::")[0],
    }


def _urn(name: str, resource_type: str, parent: str) -> str:
    orphan = Urn.parse(urn(name, resource_type))
    return str(orphan.under(Urn.parse(parent))) if parent else str(orphan)


_EMPTY: tuple[Any, ...] = ("", [], {})
