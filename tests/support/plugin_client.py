"""The engine's side of a provider plugin: calls over gRPC, properties as plain Python."""

from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from local.provider.values import Properties, decode, encode


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What Check made of the inputs, and what it refused, by property."""

    inputs: Properties
    failures: dict[str, str]


@dataclass(frozen=True, slots=True)
class DiffAnswer:
    """Which properties changed, which of them replace, and how, by path."""

    properties: list[str]
    replaces: list[str]
    delete_before_replace: bool
    kinds: dict[str, str]


@dataclass(frozen=True, slots=True)
class Deployed:
    """A resource as the engine keeps it."""

    type: str
    name: str
    id: str
    inputs: Properties
    outputs: Properties


class PluginClient:
    """Talks to the plugin at a port; a refused call raises grpc.RpcError, as in the engine."""

    def __init__(self, port: int) -> None:
        self._channel = grpc.insecure_channel(
            f"127.0.0.1:{port}", options=[("grpc.max_receive_message_length", -1)]
        )
        self.stub: Any = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def close(self) -> None:
        self._channel.close()

    def handshake(self) -> Any:
        return self.stub.Handshake(
            provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1")
        )

    def version(self) -> str:
        version: str = self.stub.GetPluginInfo(empty_pb2.Empty()).version
        return version

    def cancel(self) -> None:
        self.stub.Cancel(empty_pb2.Empty())

    def configure(self, config: Properties) -> None:
        self.stub.Configure(provider_pb2.ConfigureRequest(args=encode(config)))

    def check(
        self,
        type_: str,
        name: str,
        new: Properties,
        *,
        old: Properties | None = None,
        seed: bytes = b"seed",
    ) -> CheckAnswer:
        answer = self.stub.Check(
            provider_pb2.CheckRequest(
                **_about(type_, name), olds=encode(old or {}), news=encode(new), randomSeed=seed
            )
        )
        failures = {failure.property: failure.reason for failure in answer.failures}
        return CheckAnswer(decode(answer.inputs), failures)

    def diff(self, deployed: Deployed, new: Properties) -> DiffAnswer:
        answer = self.stub.Diff(
            provider_pb2.DiffRequest(
                **_about(deployed.type, deployed.name),
                id=deployed.id,
                old_inputs=encode(deployed.inputs),
                olds=encode(deployed.outputs),
                news=encode(new),
            )
        )
        kind_name = provider_pb2.PropertyDiff.Kind.Name
        return DiffAnswer(
            properties=list(answer.diffs),
            replaces=list(answer.replaces),
            delete_before_replace=answer.deleteBeforeReplace,
            kinds={path: kind_name(diff.kind) for path, diff in answer.detailedDiff.items()},
        )

    def create(
        self, type_: str, name: str, inputs: Properties, *, preview: bool = False
    ) -> Deployed:
        answer = self.stub.Create(
            provider_pb2.CreateRequest(
                **_about(type_, name), properties=encode(inputs), preview=preview
            )
        )
        return Deployed(type_, name, answer.id, inputs, decode(answer.properties))

    def deploy(self, type_: str, name: str, program_inputs: Properties) -> Deployed:
        """Check, then create."""
        checked = self.check(type_, name, program_inputs)
        assert not checked.failures, checked.failures
        return self.create(type_, name, checked.inputs)

    def refresh(self, deployed: Deployed) -> Deployed | None:
        """The resource as it is now; None when it is gone."""
        return self._read(deployed, inputs=deployed.inputs, outputs=deployed.outputs)

    def read_by_id(self, type_: str, name: str, resource_id: str) -> Deployed | None:
        """As an import does: with nothing but the id."""
        return self._read(Deployed(type_, name, resource_id, {}, {}), inputs={}, outputs={})

    def update(self, deployed: Deployed, new: Properties, *, preview: bool = False) -> Deployed:
        answer = self.stub.Update(
            provider_pb2.UpdateRequest(
                **_about(deployed.type, deployed.name),
                id=deployed.id,
                old_inputs=encode(deployed.inputs),
                olds=encode(deployed.outputs),
                news=encode(new),
                preview=preview,
            )
        )
        return Deployed(deployed.type, deployed.name, deployed.id, new, decode(answer.properties))

    def delete(self, deployed: Deployed) -> None:
        self.stub.Delete(
            provider_pb2.DeleteRequest(
                **_about(deployed.type, deployed.name),
                id=deployed.id,
                old_inputs=encode(deployed.inputs),
                properties=encode(deployed.outputs),
            )
        )

    def invoke(self, token: str, arguments: Properties) -> Properties:
        answer = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=encode(arguments)))
        return decode(getattr(answer, "return"))

    def _read(
        self, deployed: Deployed, *, inputs: Properties, outputs: Properties
    ) -> Deployed | None:
        answer = self.stub.Read(
            provider_pb2.ReadRequest(
                **_about(deployed.type, deployed.name),
                id=deployed.id,
                inputs=encode(inputs),
                properties=encode(outputs),
            )
        )
        if not answer.id:
            return None
        return Deployed(
            deployed.type,
            deployed.name,
            answer.id,
            decode(answer.inputs),
            decode(answer.properties),
        )


def _about(type_: str, name: str) -> dict[str, Any]:
    return {"type": type_, "name": name, "urn": f"urn:pulumi:dev::tests::{type_}::{name}"}
