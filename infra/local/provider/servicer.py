"""The engine's calls on one side, a Provider on the other; errors become statuses here."""

import json
import traceback
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from hoist.errors import HoistError, UsageError
from local.provider.difference import Change, Difference, difference
from local.provider.errors import InitializationError, OutcomeUnknownError
from local.provider.provider import (
    CheckFailure,
    NamingMode,
    NamingWish,
    Provider,
    Resource,
)
from local.provider.values import decode, encode

_Answer = TypeVar("_Answer")


class ProviderServicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serves one Provider over the engine's protocol.

    Cancel needs no work here: calls under way are finished and answered, and the engine sends no
    more of them.
    """

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return provider_pb2.ProviderHandshakeResponse(**_CAPABILITIES)

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=self._provider.version)

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        schema = {"name": self._provider.name, "version": self._provider.version}
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        checked = _answered(context, lambda: self._provider.check_config(decode(request.news)))
        return provider_pb2.CheckResponse(
            inputs=encode(checked.inputs), failures=_failures(checked.failures)
        )

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        # Never a replacement: that would replace every resource of the provider as well.
        return _diff_response(difference(decode(request.old_inputs), decode(request.news)))

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        _answered(context, lambda: self._provider.configure(decode(request.args)))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True,
            acceptResources=True,
            acceptOutputs=True,
            supportsPreview=True,
            supports_autonaming_configuration=True,
        )

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        checked = _answered(
            context,
            lambda: self._provider.check(
                _resource(request),
                old=decode(request.olds),
                new=decode(request.news),
                naming=_naming_wish(request),
            ),
        )
        return provider_pb2.CheckResponse(
            inputs=encode(checked.inputs), failures=_failures(checked.failures)
        )

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        found = _answered(
            context,
            lambda: self._provider.diff(
                _resource(request, request.id),
                old=decode(request.old_inputs),
                outputs=decode(request.olds),
                new=decode(request.news),
            ),
        )
        return _diff_response(found)

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        created = _answered(
            context,
            lambda: self._provider.create(
                _resource(request), decode(request.properties), preview=request.preview
            ),
        )
        return provider_pb2.CreateResponse(id=created.id, properties=encode(created.outputs))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        found = _answered(
            context,
            lambda: self._provider.read(
                _resource(request, request.id),
                inputs=decode(request.inputs),
                outputs=decode(request.properties),
            ),
        )
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=found.id, properties=encode(found.outputs), inputs=encode(found.inputs)
        )

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        outputs = _answered(
            context,
            lambda: self._provider.update(
                _resource(request, request.id),
                old=decode(request.old_inputs),
                outputs=decode(request.olds),
                new=decode(request.news),
                preview=request.preview,
            ),
        )
        return provider_pb2.UpdateResponse(properties=encode(outputs))

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        _answered(
            context,
            lambda: self._provider.delete(
                _resource(request, request.id),
                inputs=decode(request.old_inputs),
                outputs=decode(request.properties),
            ),
        )
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        result = _answered(
            context, lambda: self._provider.invoke(request.tok, decode(request.args))
        )
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(encode(result))
        return response


_CAPABILITIES = {
    "accept_secrets": True,
    "accept_resources": True,
    "accept_outputs": True,
    "supports_autonaming_configuration": True,
}


def _resource(request: Any, resource_id: str = "") -> Resource:
    return Resource(type=request.type, name=request.name, urn=request.urn, id=resource_id)


def _naming_wish(request: Any) -> NamingWish:
    if not request.HasField("autonaming"):
        return NamingWish(seed=request.randomSeed)
    return NamingWish(
        seed=request.randomSeed,
        proposed=request.autonaming.proposed_name,
        mode=NamingMode(request.autonaming.mode),
    )


def _failures(failures: tuple[CheckFailure, ...]) -> list[Any]:
    return [
        provider_pb2.CheckFailure(property=failure.property, reason=failure.reason)
        for failure in failures
    ]


def _diff_response(found: Difference) -> Any:
    response = provider_pb2.DiffResponse
    return response(
        changes=response.DIFF_SOME if found.changes else response.DIFF_NONE,
        replaces=sorted(found.replaces),
        diffs=found.properties,
        deleteBeforeReplace=found.delete_before_replace,
        hasDetailedDiff=True,
        detailedDiff={
            path: provider_pb2.PropertyDiff(kind=_kind(found, path), inputDiff=True)
            for path in found.changes
        },
    )


def _kind(found: Difference, path: str) -> Any:
    kinds = provider_pb2.PropertyDiff
    plain, replacing = {
        Change.ADD: (kinds.ADD, kinds.ADD_REPLACE),
        Change.DELETE: (kinds.DELETE, kinds.DELETE_REPLACE),
        Change.UPDATE: (kinds.UPDATE, kinds.UPDATE_REPLACE),
    }[found.changes[path]]
    return replacing if found.replaces_by(path) else plain


def _answered(context: grpc.ServicerContext, call: Callable[[], _Answer]) -> _Answer:
    """The call's answer; a failure ends the request with the status that the engine acts on."""
    try:
        return call()
    except InitializationError as error:
        _abort_unfinished(context, error)
    except HoistError as error:
        context.abort(_status(error), _sentence(error))
    except Exception as error:  # noqa: BLE001  # the door: whatever it is, the engine gets an answer
        # The engine keeps a plugin's stderr and shows it if the plugin dies. The error's own text
        # stays here: it may quote a property, and a property may be secret.
        traceback.print_tb(error.__traceback__)
        context.abort(
            grpc.StatusCode.UNKNOWN, f"this is a fault of the provider: {type(error).__name__}"
        )


def _status(error: HoistError) -> grpc.StatusCode:
    # UNKNOWN makes the engine warn that its state of the resource may be wrong; the others mean
    # that nothing has changed.
    if isinstance(error, OutcomeUnknownError):
        return grpc.StatusCode.UNKNOWN
    if isinstance(error, UsageError):
        return grpc.StatusCode.INVALID_ARGUMENT
    return grpc.StatusCode.FAILED_PRECONDITION


def _sentence(error: HoistError) -> str:
    return f"{error.message}; {error.way_out}" if error.way_out else error.message


def _abort_unfinished(context: grpc.ServicerContext, error: InitializationError) -> NoReturn:
    # Read and needed only here; the module's import would be paid for by every start.
    from pulumi.runtime.proto import status_pb2

    detail = provider_pb2.ErrorResourceInitFailed(
        id=error.resource_id, properties=encode(error.properties), reasons=[_sentence(error)]
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=error.message)
    status.details.add().Pack(detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, error.message)
