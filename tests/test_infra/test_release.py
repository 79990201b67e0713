"""Functions say in their description what they run, in the words that health reads."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from components.function_code import FunctionCode
from components.functions import Function
from components.release import descriptions_of
from health.dependencies.deployed_function import release_in
from recorded_program import Recording

DIGEST = "ab" * 32
IMAGE = f"000000000000.dkr.ecr.eu-central-1.amazonaws.com/hoist-worker@sha256:{DIGEST}"
# What Lambda takes.
LONGEST_DESCRIPTION = 256


@pytest.fixture
def code() -> Mapping[Function, FunctionCode]:
    zipped = {
        function: FunctionCode(s3_bucket="b" * 63, s3_key=f"packages/{function}-{DIGEST}.zip")
        for function in Function
    }
    return {**zipped, Function.WORKER: FunctionCode(image_uri=IMAGE)}


def test_health_reads_what_infra_writes(code: Mapping[Function, FunctionCode]) -> None:
    """Of packages and of images, the digest and the way to put it there again are understood."""
    described = descriptions_of(code)
    releases = [release_in(described[function]) for function in Function]

    assert {each.digest if each else None for each in releases} == {DIGEST}
    assert ("--image-uri", IMAGE) in [each.code_arguments for each in releases if each]


def test_all_functions_are_of_one_release(code: Mapping[Function, FunctionCode]) -> None:
    """One changed package is another release for every function."""
    before = descriptions_of(code)
    changed = replace(code[Function.API], s3_key=f"packages/api-{'cd' * 32}.zip")
    after = descriptions_of({**code, Function.API: changed})

    assert len({text.split()[1] for text in before.values()}) == 1
    assert all(before[function] != after[function] for function in Function)


def test_description_fits(code: Mapping[Function, FunctionCode]) -> None:
    """The longest bucket name and package still fit into what Lambda takes."""
    assert max(map(len, descriptions_of(code).values())) <= LONGEST_DESCRIPTION


def test_deployed_functions_have_it(dev: Recording) -> None:
    """Every function of the installation is deployed with its description."""
    functions = dev.of_type("aws:lambda/function:Function")

    assert {name for name, each in functions.items() if release_in(each.inputs["description"])} == {
        str(function) for function in Function
    }
