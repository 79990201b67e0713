"""New passwords. The server is told what it would store, so that no log of its can show them."""

import base64
import hashlib
import hmac
import secrets

from hoist.secret import Secret
from rotation.errors import RotationPolicyError
from rotation.strategies.postgres.document import Account, Login
from rotation.strategies.postgres.identifiers import quoted
from rotation.strategies.postgres.sessions import Session

# PostgreSQL's own numbers. A generated password is out of reach of guessing with any of them.
ITERATIONS = 4096
_SALT_BYTES = 16


def change_password(session: Session, login: Login, *, also: str = "") -> None:
    """Give the login's user the login's password; `also` are further options of the role."""
    verifier = scram_verifier(login.password, secrets.token_bytes(_SALT_BYTES))
    session.change(f"ALTER ROLE {quoted(login.user)}{also} PASSWORD '{verifier.reveal()}'")


def refuse_foreign_password(account: Account) -> None:
    """Raises RotationPolicyError for a pending password that no rotation can have made."""
    if not account.policy.allows(account.login.password):
        raise RotationPolicyError(
            "the pending password is not what its policy allows",
            way_out="cancel the rotation and start a new one",
        )


def scram_verifier(password: Secret, salt: bytes) -> Secret:
    """What the server keeps of a password in ASCII (RFC 5803); other text would need SASLprep."""
    salted = hashlib.pbkdf2_hmac("sha256", password.reveal().encode("ascii"), salt, ITERATIONS)
    stored_key = hashlib.sha256(_keyed(salted, b"Client Key")).digest()
    server_key = _keyed(salted, b"Server Key")
    return Secret(
        f"SCRAM-SHA-256${ITERATIONS}:{_base64(salt)}${_base64(stored_key)}:{_base64(server_key)}"
    )


def _keyed(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
