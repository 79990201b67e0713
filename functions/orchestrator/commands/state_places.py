"""The stores and backends that `hoist state` commands are told to work with: names the adapters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from hoist.cli.context import CliContext
from hoist.errors import UsageError
from orchestrator.state.serving.moves.addresses import BackendAddress, BucketAddress
from orchestrator.state.serving.moves.backend_files import BackendFiles
from orchestrator.state.storage import Storage
from orchestrator.state.stores.directory import directory_storage

_Command = TypeVar("_Command", bound=Callable[..., Any])


def default_store(environ: Mapping[str, str]) -> Path:
    """Where this user's stacks are unless another folder is named."""
    chosen = Path(environ.get("XDG_DATA_HOME", ""))
    # The standard says that a relative path there is to be ignored.
    if chosen.is_absolute():
        return chosen / "hoist" / "state"
    home = environ.get("HOME", "")
    return (Path(home) if home else Path.home()) / ".local" / "share" / "hoist" / "state"


def store_option(command: _Command) -> _Command:
    """Give a command `--store`, as `chosen_store` takes it."""
    return click.option(
        "--store",
        type=click.Path(file_okay=False, path_type=Path),
        help="The folder with the stacks; one in your home without it.",
    )(command)


def chosen_store(context: CliContext, store: Path | None) -> Path:
    """The folder that was named, or the default one."""
    return (store or default_store(context.environ)).absolute()


@dataclass(frozen=True, slots=True)
class StorePlace:
    """A store as a command line names it: a folder, or the table and the bucket on AWS."""

    folder: Path | None = None
    table: str = ""
    bucket: str = ""

    def __str__(self) -> str:
        return str(self.folder) if self.folder else f"{self.table} and s3://{self.bucket}"


def place_options(command: _Command) -> _Command:
    """Give a command `--store`, `--table` and `--bucket`, as `chosen_place` takes them."""
    for option in (
        click.option("--bucket", default="", help="In place of a folder: an installation's."),
        click.option("--table", default="", help="The state table that goes with --bucket."),
    ):
        command = option(command)
    return store_option(command)


def chosen_place(context: CliContext, store: Path | None, table: str, bucket: str) -> StorePlace:
    """Raises UsageError for half of an installation, or two places at once."""
    if not table and not bucket:
        return StorePlace(chosen_store(context, store))
    if store or not (table and bucket):
        raise UsageError(
            "a store is a folder, or a table together with a bucket",
            way_out="give --store alone, or --table and --bucket",
        )
    return StorePlace(table=table, bucket=bucket)


def open_place(context: CliContext, place: StorePlace) -> Storage:
    """The store; on AWS with the credentials and the region that any AWS tool would take."""
    if place.folder:
        return directory_storage(place.folder)
    from hoist.aws import Aws
    from orchestrator.state.stores.aws import aws_storage

    aws = Aws()
    return aws_storage(
        dynamodb=aws.dynamodb(),
        s3=aws.s3(),
        table=place.table,
        bucket=place.bucket,
        clock=context.clock,
    )


def open_backend(context: CliContext, address: BackendAddress) -> BackendFiles:
    """The files of a bare CLI's backend."""
    if isinstance(address, BucketAddress):
        from hoist.aws import Aws, AwsSettings
        from orchestrator.state.serving.stores.bucket_files import BucketFiles

        settings = AwsSettings(address.region or None, address.endpoint_url or None)
        return BucketFiles(Aws(settings).s3(), bucket=address.bucket, prefix=address.prefix)
    from orchestrator.state.serving.stores.folder_files import FolderFiles

    return FolderFiles(address.folder)
