"""The front as a process: `python -m local.front PORT ENDPOINT REGION ACCOUNT FUNCTION`.

Serves until it is asked to end, by SIGTERM or Ctrl-C.
"""

import logging
import signal
import sys
from collections.abc import Sequence

from hoist.aws import Aws, AwsCredentials, AwsSettings
from hoist.secret import Secret
from local.front.lambda_invoker import LambdaInvoker
from local.front.limits import ANSWER_SECONDS
from local.front.server import FrontServer
from local.settings import EMULATOR_ACCESS_KEY_ID, EMULATOR_SECRET_ACCESS_KEY

_ENDINGS = (signal.SIGTERM, signal.SIGINT)


def main(arguments: Sequence[str]) -> None:
    """Serve the function that the arguments name."""
    port, endpoint_url, region, account, function = arguments
    # Before there are threads: they inherit it, so that the signal waits for the line below.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    credentials = AwsCredentials(EMULATOR_ACCESS_KEY_ID, Secret(EMULATOR_SECRET_ACCESS_KEY))
    aws = Aws(AwsSettings(region, endpoint_url, credentials))
    client = aws.lambda_functions(answer_timeout_seconds=ANSWER_SECONDS)
    with FrontServer(LambdaInvoker(client, function), port=int(port), account=account):
        signal.sigwait(_ENDINGS)


if __name__ == "__main__":
    main(sys.argv[1:])
