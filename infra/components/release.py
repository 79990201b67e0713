"""What a function runs, in its description: whoever looks at it sees whether it still does.

`release <12 hex> of <package or image>`. The release is the same for all functions that
are deployed together, and another one as soon as the package or image of any of them changes.
"""

import hashlib
from collections.abc import Mapping

from components.function_code import FunctionCode
from components.functions import Function

_DIGITS = 12


def descriptions_of(code: Mapping[Function, FunctionCode]) -> Mapping[Function, str]:
    """The description of each function."""
    sources = {function: _source(each) for function, each in code.items()}
    told = "\n".join(f"{function} {source}" for function, source in sorted(sources.items()))
    release = hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]
    return {function: f"release {release} of {source}" for function, source in sources.items()}


def _source(code: FunctionCode) -> str:
    return code.image_uri or f"s3://{code.s3_bucket}/{code.s3_key}"
