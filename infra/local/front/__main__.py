"""The front as a process: `python -m local.front PORT ENDPOINT REGION ACCOUNT API HEALTH KEY_FILE`.

Serves until it is asked to end, by SIGTERM or Ctrl-C.
"""

import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from hoist.aws import Aws, AwsCredentials, AwsSettings
from hoist.secret import Secret
from local.front.iam import LocalIam
from local.front.lambda_invoker import LambdaInvoker
from local.front.limits import ANSWER_SECONDS
from local.front.routing import RoutingInvoker
from local.front.server import FrontServer
from local.settings import EMULATOR_ACCESS_KEY_ID, EMULATOR_SECRET_ACCESS_KEY

_ENDINGS = (signal.SIGTERM, signal.SIGINT)


def main(arguments: Sequence[str]) -> None:
    """Serve the functions that the arguments name."""
    port, endpoint_url, region, account, api, health, key_file = arguments
    # Before there are threads: they inherit it, so that the signal waits for the line below.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    credentials = AwsCredentials(EMULATOR_ACCESS_KEY_ID, Secret(EMULATOR_SECRET_ACCESS_KEY))
    aws = Aws(AwsSettings(region, endpoint_url, credentials))
    client = aws.lambda_functions(answer_timeout_seconds=ANSWER_SECONDS)
    invoker = RoutingInvoker(api=LambdaInvoker(client, api), health=LambdaInvoker(client, health))
    iam = LocalIam(Path(key_file), region=region, account=account)
    with FrontServer(invoker, port=int(port), account=account, iam=iam):
        signal.sigwait(_ENDINGS)


if __name__ == "__main__":
    main(sys.argv[1:])
