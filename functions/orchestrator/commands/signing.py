"""Signs a request with AWS credentials, as API Gateway wants it (Signature Version 4)."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import cast
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import CredentialResolver, Credentials, EnvProvider
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from hoist.aws import AwsCredentials
from hoist.cli.server.address import ServerAddress
from hoist.cli.server.errors import NotAllowedError
from hoist.errors import HoistError
from hoist.secret import Secret

_SERVICE = "execute-api"
_REGION_IN_HOST = re.compile(r".+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?")
# Behind a name of one's own the region cannot be seen; the local front takes any.
_LOCAL_REGION = "us-east-1"
_WAY_OUT = "sign in to AWS (`aws sso login`), or name a profile with AWS_PROFILE"


class SigningError(NotAllowedError):
    """There are no AWS credentials, or no region, to sign with."""

    code = "signing_credentials_missing"


@dataclass(frozen=True, slots=True)
class SignedByIam:
    """Implements hoist.cli.server.credentials.Credentials."""

    credentials: AwsCredentials
    region: str

    def headers(self, method: str, url: str, content: bytes) -> Mapping[str, str]:
        token = self.credentials.session_token
        request = AWSRequest(method=method, url=url, data=content)
        key = Credentials(
            self.credentials.access_key_id,
            self.credentials.secret_access_key.reveal(),
            token.reveal() if token else None,
        )
        SigV4Auth(key, _SERVICE, self.region).add_auth(request)
        return dict(request.headers.items())


def signer_for(address: ServerAddress, environ: Mapping[str, str]) -> SignedByIam:
    """Signs with the credentials that AWS's tools would find, and for the local front with its own.

    Raises SigningError.
    """
    if address.is_this_machine and address.url == _local_front(environ):
        local = import_module("local.front.local_credentials")
        return SignedByIam(local.local_credentials(environ), _LOCAL_REGION)
    with _aws_faults():
        session = Session()
        credentials = _found_credentials(session, environ)
        return SignedByIam(credentials, _region(address, session, environ))


def _local_front(environ: Mapping[str, str]) -> str:
    """The URL of the local installation's front; empty if there is none."""
    # By name: the local installation is built on this package, and may be absent.
    try:
        url: str = import_module("local.front.running").front_url(environ)
    except (ImportError, HoistError):
        return ""
    return url


def _found_credentials(session: Session, environ: Mapping[str, str]) -> AwsCredentials:
    chain = cast(CredentialResolver, session.get_component("credential_provider"))
    # The environment is handed in: it need not be this process's own.
    chain.insert_before(EnvProvider.METHOD, EnvProvider(dict(environ)))
    found = session.get_credentials()
    frozen = found.get_frozen_credentials() if found else None
    if frozen is None or not frozen.access_key or not frozen.secret_key:
        raise SigningError("there are no AWS credentials to sign in with", way_out=_WAY_OUT)
    token = Secret(frozen.token) if frozen.token else None
    return AwsCredentials(frozen.access_key, Secret(frozen.secret_key), token)


@contextmanager
def _aws_faults() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        # A foreign text may quote a file; the kind of fault is enough.
        raise SigningError(
            f"the AWS credentials cannot be used ({type(error).__name__})", way_out=_WAY_OUT
        ) from error


def _region(address: ServerAddress, session: Session, environ: Mapping[str, str]) -> str:
    host = urlsplit(address.url).hostname or ""
    in_host = _REGION_IN_HOST.fullmatch(host)
    if in_host is not None:
        return in_host[1]
    said = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    region = said or session.get_config_variable("region")
    if not region:
        raise SigningError(
            f"nothing says in which region {host} is", way_out="set AWS_REGION to its region"
        )
    return str(region)
