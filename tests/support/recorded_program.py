"""Runs a Pulumi program without an engine and records what it registers and exports.

Pulumi's runtime keeps its settings, config and root resource in context variables, and its event
loop per thread: each program runs in a thread and a context of its own, so nothing is left behind.
"""

import asyncio
import runpy
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks
from pulumi.runtime.stack import run_pulumi_func

ACCOUNT = "111122223333"
REGION = "eu-central-1"


@dataclass(frozen=True, slots=True)
class Registered:
    """A resource as the program asked for it."""

    type: str
    name: str
    parent: str
    inputs: dict[str, Any]
    is_protected: bool
    # What must be there first, as `type::name`.
    depends_on: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recording:
    """All that a program registered and exported, in the order in which it did."""

    resources: tuple[Registered, ...]
    outputs: dict[str, Any]
    secret_outputs: frozenset[str]

    def of_type(self, type_token: str) -> dict[str, Registered]:
        """The resources of one type by their names."""
        return {each.name: each for each in self.resources if each.type == type_token}


def record_program(
    main: Path,
    *,
    project: str,
    stack: str,
    config: Mapping[str, str],
    secret_keys: Sequence[str] = (),
) -> Recording:
    """Run `main` as the engine would; an error of the program is raised here."""

    def run() -> Recording:
        return _record(main, project, stack, dict(config), list(secret_keys))

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(Context().run, _with_own_event_loop, run).result()


def _with_own_event_loop(run: Callable[[], Recording]) -> Recording:
    """Pulumi makes event loops where it finds none, and never closes one."""
    loops: list[asyncio.AbstractEventLoop] = []

    def give_loop() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    give_loop()
    try:
        with ThreadPoolExecutor(initializer=give_loop) as calls:
            loops[0].set_default_executor(calls)
            return run()
    finally:
        for loop in loops:
            loop.close()


def _record(
    main: Path, project: str, stack: str, config: dict[str, str], secret_keys: list[str]
) -> Recording:
    monitor = _RecordingMonitor(_Account())
    pulumi.runtime.set_mocks(_Account(), project=project, stack=stack, monitor=monitor)
    pulumi.runtime.set_all_config(config, secret_keys)
    loop = asyncio.get_event_loop()
    loop.run_until_complete(run_pulumi_func(lambda: _run_file(main)))
    exported = loop.run_until_complete(_exported())
    return Recording(
        resources=tuple(monitor.registered),
        outputs={name: value for name, (value, _) in exported.items()},
        secret_outputs=frozenset(name for name, (_, secret) in exported.items() if secret),
    )


def _run_file(main: Path) -> None:
    with warnings.catch_warnings():
        # Loading a service of pulumi_aws tells of all its deprecated resources, used or not.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"pulumi_aws\.")
        runpy.run_path(str(main), run_name="__main__")


async def _exported() -> dict[str, tuple[Any, bool]]:
    """Each output of the stack with its value and whether it is secret."""
    root: Any = pulumi.runtime.get_root_resource()
    outputs = {name: pulumi.Output.from_input(value) for name, value in root.outputs.items()}
    return {
        name: (await output.future(), await output.is_secret()) for name, output in outputs.items()
    }


class _Account(mocks.Mocks):
    """An account in which everything that is asked for is there at once."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        name = args.inputs.get("name") or args.inputs.get("bucket") or args.name
        known = {
            "arn": _arn(args.typ, name),
            "name": name,
            "url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}",
            "keyId": f"key-of-{args.name}",
            "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:path/{name}/invocations",
            "executionArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{name}",
            "rootResourceId": f"root-of-{name}",
            "invokeUrl": f"https://{name}.execute-api.{REGION}.amazonaws.com",
        }
        return f"{name}-id", {**known, **args.inputs}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        answers = {
            "aws:index/getCallerIdentity:getCallerIdentity": {
                "accountId": ACCOUNT,
                "arn": f"arn:aws:iam::{ACCOUNT}:user/deployer",
                "id": ACCOUNT,
                "userId": "AIDAEXAMPLE",
            },
            "aws:index/getRegion:getRegion": {"region": REGION, "name": REGION, "id": REGION},
            "aws:secretsmanager/getSecret:getSecret": {"arn": _secret_arn(args.args.get("name"))},
        }
        return answers[args.token], []


def _secret_arn(name: Any) -> str:
    return f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-AbCdEf"


def _arn(type_token: str, name: str) -> str:
    here = f"{REGION}:{ACCOUNT}"
    return {
        "aws:s3/bucket:Bucket": f"arn:aws:s3:::{name}",
        "aws:dynamodb/table:Table": f"arn:aws:dynamodb:{here}:table/{name}",
        "aws:kms/key:Key": f"arn:aws:kms:{here}:key/key-of-{name}",
        "aws:sqs/queue:Queue": f"arn:aws:sqs:{here}:{name}",
        "aws:iam/role:Role": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "aws:cloudwatch/logGroup:LogGroup": f"arn:aws:logs:{here}:log-group:{name}",
        "aws:cloudwatch/eventRule:EventRule": f"arn:aws:events:{here}:rule/{name}",
        "aws:cloudwatch/metricAlarm:MetricAlarm": f"arn:aws:cloudwatch:{here}:alarm:{name}",
        "aws:lambda/function:Function": f"arn:aws:lambda:{here}:function:{name}",
        "aws:lambda/layerVersion:LayerVersion": f"arn:aws:lambda:{here}:layer:{name}:1",
    }.get(type_token, "")


class _RecordingMonitor(mocks.MockMonitor):
    """The mocks' monitor, which by itself tells nothing of a resource's options."""

    def __init__(self, account: _Account) -> None:
        super().__init__(account)
        self.registered: list[Registered] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # gRPC's name
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            self.registered.append(
                Registered(
                    type=request.type,
                    name=request.name,
                    parent=request.parent,
                    inputs=pulumi.runtime.rpc.deserialize_properties(request.object),
                    is_protected=request.protect,
                    depends_on=frozenset(map(_without_place, request.dependencies)),
                )
            )
        return answer


def _without_place(urn: str) -> str:
    """Type and name of a resource, without stack, project and parents."""
    types, name = urn.split("::")[2:]
    return f"{types.rpartition('$')[2]}::{name}"
