"""Puts the function for tests onto an emulator."""

import io
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import contract_function

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

MEMORY_MB = 512
TIMEOUT_SECONDS = 29

# The real runtime client of Lambda, with the interpreter that runs the tests.
_BOOTSTRAP = b'#!/bin/sh\nexec "$HOIST_PYTHON" -m awslambdaric "$_HANDLER"\n'


def create_function(client: "LambdaClient", name: str) -> None:
    """Create the function and wait until it can be invoked."""
    client.create_function(
        FunctionName=name,
        Runtime="provided.al2023",
        Role="arn:aws:iam::000000000000:role/nobody",
        Handler=f"{contract_function.__name__}.handle",
        Code={"ZipFile": _package()},
        Timeout=TIMEOUT_SECONDS,
        MemorySize=MEMORY_MB,
        Environment={"Variables": {"HOIST_PYTHON": sys.executable}},
    )
    client.get_waiter("function_active_v2").wait(FunctionName=name)


def _package() -> bytes:
    source = Path(contract_function.__file__)
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(source.name, source.read_bytes())
        bootstrap = zipfile.ZipInfo("bootstrap")
        bootstrap.external_attr = 0o755 << 16
        archive.writestr(bootstrap, _BOOTSTRAP)
    return package.getvalue()
