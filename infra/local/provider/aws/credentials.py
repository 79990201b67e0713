"""Whose calls they are. The emulator believes any key, so none is searched for."""

from collections.abc import Mapping

from hoist.aws import AwsCredentials
from hoist.secret import Secret
from local.provider.aws.endpoints import WAY_OUT
from local.provider.errors import ConfigRefusedError
from local.provider.values import Properties


def find_credentials(config: Properties, environment: Mapping[str, str]) -> AwsCredentials:
    """The keys in the config, in the environment, or in the file that the environment names.

    The file in the user's home is not read: what is there is for AWS, and not for an emulator.
    Raises ConfigRefusedError if there are none.
    """
    places = (
        (config, "accessKey", "secretKey", "token"),
        (environment, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        (
            _named_file(environment),
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token",
        ),
    )
    for place, access_key, secret_key, token in places:
        if place.get(access_key) and place.get(secret_key):
            return AwsCredentials(
                access_key_id=place[access_key],
                secret_access_key=Secret(place[secret_key]),
                session_token=Secret(place[token]) if place.get(token) else None,
            )
    raise ConfigRefusedError("the aws provider of the emulator has no access key", way_out=WAY_OUT)


def _named_file(environment: Mapping[str, str]) -> Mapping[str, str]:
    path = environment.get("AWS_SHARED_CREDENTIALS_FILE")
    if not path:
        return {}
    import configparser  # most configurations have their keys elsewhere

    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (OSError, configparser.Error):
        # Not chained: the parser quotes the lines that it cannot read.
        raise ConfigRefusedError(
            "the file that AWS_SHARED_CREDENTIALS_FILE names cannot be read", way_out=WAY_OUT
        ) from None
    profile = environment.get("AWS_PROFILE", "default")
    return dict(parser[profile]) if parser.has_section(profile) else {}
