"""The sampler of a real machine."""

import subprocess
import sys

from health_sample_costs import bytes_kept_after, sampler_as_on_lambda
from hoist.clock import SystemClock
from hoist.runtime.measurements import Confidence, Quantity, Source
from hoist.runtime.platform import Platform
from hoist.runtime.wiring import sampler_of

MEBIBYTE = 1024 * 1024


def test_function_knows_what_it_uses_and_has() -> None:
    """In a function's environment, memory, /tmp, descriptors and threads have limits."""
    sample = sampler_as_on_lambda().take(time_left_ms=1000)

    shares = (
        sample.memory_share,
        sample.tmp_share,
        sample.descriptor_share,
        sample.thread_share,
    )
    assert all(share is not None and share > 0 for share in shares)
    limit = sample.measurements[Quantity.MEMORY_LIMIT]
    assert (limit.value, limit.source, limit.confidence) == (
        512 * MEBIBYTE,
        Source.PLATFORM,
        Confidence.EXACT,
    )


def test_laptop_knows_less_and_nothing_wrong() -> None:
    """Without a function's environment there is no entitlement, and /tmp counts as shared."""
    sample = sampler_of(Platform.from_environment({}), clock=SystemClock()).take()

    assert sample.value(Quantity.MEMORY_USED)
    assert sample.cpu_share is None
    assert sample.measurements[Quantity.TMP_USED].confidence is Confidence.ROUGH


def test_samples_are_not_kept() -> None:
    """A thousand samples leave less than a hundredth of what ten thousand may keep."""
    assert bytes_kept_after(1000) < MEBIBYTE / 100


def test_importing_the_decorator_does_not_import_psutil() -> None:
    """A cold start waits for psutil only when the first sample is taken."""
    program = "import sys, hoist.runtime.observed; sys.exit('psutil' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
