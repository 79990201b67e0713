"""The settings that name the functions' code, which is built before: packages, layers, an image."""

import re
from dataclasses import dataclass

import pulumi

from components.emulator import Emulator
from components.errors import SettingsError

# Both name what is in them: another content is another setting, and so a change to deploy.
_PACKAGE_KEY = r"packages/[\w.-]+-[0-9a-f]{64}\.zip"
_IMAGE_BY_DIGEST = r"\S+@sha256:[0-9a-f]{64}"
_BUILT_BEFORE = "`make build` makes what it names, `hoist local deploy` sets it by itself"


@dataclass(frozen=True, slots=True)
class AwsPackages:
    """Packages by their keys in a bucket, and the worker's image by its URI."""

    bucket: str
    api: str
    health: str
    rotation: str
    shared_layer: str
    dependencies_layer: str
    worker_image: str


@dataclass(frozen=True, slots=True)
class EmulatorPackages:
    """Packages by their keys in a bucket: an emulator takes neither layers nor images."""

    bucket: str
    api: str
    worker: str
    health: str
    rotation: str
    emulator: Emulator


def read_packages(
    config: pulumi.Config, emulator: Emulator | None
) -> AwsPackages | EmulatorPackages:
    """Read and check what the functions are made of; raises SettingsError."""
    _check_worker(config, is_emulated=emulator is not None)
    if emulator is not None:
        return EmulatorPackages(
            bucket=_required(config, "packagesBucket"),
            api=_package(config, "apiPackage"),
            worker=_package(config, "workerPackage"),
            health=_package(config, "healthPackage"),
            rotation=_package(config, "rotationPackage"),
            emulator=emulator,
        )
    return AwsPackages(
        bucket=_required(config, "packagesBucket"),
        api=_package(config, "apiPackage"),
        health=_package(config, "healthPackage"),
        rotation=_package(config, "rotationPackage"),
        shared_layer=_package(config, "sharedLayer"),
        dependencies_layer=_package(config, "dependenciesLayer"),
        worker_image=_image(config),
    )


def _check_worker(config: pulumi.Config, *, is_emulated: bool) -> None:
    image, package = config.get("workerImage"), config.get("workerPackage")
    if image and package:
        raise SettingsError(
            "hoist:workerImage and hoist:workerPackage are both set: the first is for AWS, the"
            " second for the emulator; remove one"
        )
    if not image and not package:
        setting = "hoist:workerPackage" if is_emulated else "hoist:workerImage"
        raise SettingsError(f"{setting} is not set: it names the worker's code; {_BUILT_BEFORE}")
    if package and not is_emulated:
        raise SettingsError(
            "hoist:workerPackage is for the emulator: set hoist:workerImage instead, or"
            " hoist:emulator as well"
        )
    if image and is_emulated:
        raise SettingsError(
            "hoist:workerImage is for AWS and the emulator runs no image: set hoist:workerPackage"
        )


def _required(config: pulumi.Config, key: str) -> str:
    value = config.get(key)
    if not value:
        raise SettingsError(f"hoist:{key} is not set; {_BUILT_BEFORE}")
    return value


def _package(config: pulumi.Config, key: str) -> str:
    value = _required(config, key)
    if not re.fullmatch(_PACKAGE_KEY, value):
        raise SettingsError(
            f"hoist:{key} is '{value}'; a package is packages/<name>-<sha256 of it>.zip"
        )
    return value


def _image(config: pulumi.Config) -> str:
    value = _required(config, "workerImage")
    if not re.fullmatch(_IMAGE_BY_DIGEST, value):
        raise SettingsError(
            f"hoist:workerImage is '{value}'; name it by its digest, <repository>@sha256:<digest>"
        )
    return value
