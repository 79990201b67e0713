"""The part of `make demo` in which a database's password rotates under a client at work."""

import json
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hoist.clock import SystemClock
from hoist.secret import Secret
from hoist.secrets.answers import Tag
from hoist.secrets.cached import PENDING, PREVIOUS, Cached
from hoist.secrets.file_store import FileSecretStore
from hoist.secrets.key_file import create_key_file, master_keys_in_file
from local.demo_client import busy_client, database_session
from local.postgres.binaries import find_postgres
from local.postgres.server import HOST, SUPERUSER, RunningPostgres, running_postgres
from local.settings import LocalSettings

if TYPE_CHECKING:
    from local.demo import Demo

NAME, MASTER = "shop/database", "shop/master"
USERS = ("shop_a", "shop_b")
STRATEGY: Tag = {"Key": "hoist:rotation-strategy", "Value": "postgres-alternating-users"}
# A client that kept a value for minutes, as most do, would not be seen to change.
MAX_AGE = timedelta(seconds=0.5)
# So many logins show that the client is at work, with the old user and with the new one.
ENOUGH_LOGINS = 5
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class SecretsSite:
    """A file store below build/demo, and the command that works on it."""

    demo: "Demo"
    environment: Mapping[str, str]
    store: FileSecretStore

    def run(self, *arguments: str) -> None:
        """Run `hoist secrets`; ends the demo with the command's own exit code when it fails."""
        command = ["secrets", *arguments]
        self.demo.console.print(f"[dim]$ hoist {' '.join(command)}[/dim]", highlight=False)
        done = subprocess.run(
            [str(self.demo.hoist), *command],
            cwd=self.demo.repository,
            env=dict(self.environment),
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(done.returncode)

    def current_user(self) -> str:
        value = self.store.get_secret_value(SecretId=NAME)["SecretString"]
        user: str = json.loads(value)["username"]
        return user


def show_rotation(demo: "Demo") -> None:
    """A rotation from its beginning to its end; all that it starts, it stops."""
    demo.say("8. A database's password rotates, and a client logs in to it all the time.")
    programs = find_postgres()
    if programs is None:
        demo.say("   Left out: there is no PostgreSQL here; `apt install postgresql` gets one.")
        return
    password = Secret(secrets.token_hex(16))
    site = new_site(demo)
    with running_postgres(programs, password) as server:
        store_logins(site.store, server, password)
        rotate_under_client(site)
    site.run("status")


def new_site(demo: "Demo") -> SecretsSite:
    """An empty store with a key of its own, and the settings with which the command finds it."""
    root = (demo.repository / "build" / "demo" / "secrets").relative_to(demo.repository)
    shutil.rmtree(demo.repository / root, ignore_errors=True)
    directory, key_file = root / "store", root / "master.key"
    create_key_file(demo.repository / key_file)
    settings = {"HOIST_SECRETS_DIR": str(directory), "HOIST_SECRETS_KEY_FILE": str(key_file)}
    exported = " ".join(f"{name}={value}" for name, value in settings.items())
    demo.console.print(f"[dim]$ export {exported}[/dim]", highlight=False, soft_wrap=True)
    return SecretsSite(
        demo,
        {**LocalSettings.of_this_process().tool_environment, **settings},
        FileSecretStore(
            demo.repository / directory,
            master_keys_in_file(demo.repository / key_file),
            clock=SystemClock(),
        ),
    )


def store_logins(store: FileSecretStore, server: RunningPostgres, password: Secret) -> None:
    """The master's login, and that of a user who may read a table; both users take turns."""
    master = login_document(server, SUPERUSER, password)
    user, alternate = USERS
    user_password = Secret(secrets.token_hex(16))
    with database_session(Secret(json.dumps(master))) as session:
        session.run("CREATE TABLE orders (id int)")
        session.run("CREATE ROLE shop")
        session.run("GRANT SELECT ON orders TO shop")
        session.run(f"CREATE ROLE {user} LOGIN PASSWORD '{user_password.reveal()}' IN ROLE shop")
    login = login_document(server, user, user_password) | {
        "alternate_username": alternate,
        "masterarn": MASTER,
        "check_query": "SELECT id FROM orders",
    }
    store.create_secret(Name=MASTER, SecretString=json.dumps(master))
    store.create_secret(Name=NAME, SecretString=json.dumps(login), Tags=[STRATEGY])


def login_document(server: RunningPostgres, user: str, password: Secret) -> dict[str, str | int]:
    """What a client needs to log in, as AWS writes it."""
    return {
        "host": HOST,
        "port": server.port,
        "dbname": "postgres",
        "username": user,
        "password": password.reveal(),
        "ca_certificate": server.certificate.authority,
    }


def rotate_under_client(site: SecretsSite) -> None:
    """Rotate, and tell how the client fared until it had met the new user."""
    clock = SystemClock()
    secret = Cached(site.store, NAME, clock=clock, fallbacks=[PENDING, PREVIOUS], max_age=MAX_AGE)
    with busy_client(secret) as logins:
        old = site.current_user()
        logins.await_logins(old, ENOUGH_LOGINS, patience_seconds=PATIENCE_SECONDS)
        site.run("rotate", NAME)
        live = site.current_user()
        logins.await_logins(live, ENOUGH_LOGINS, patience_seconds=PATIENCE_SECONDS)
    before, after = logins.by_user[old], logins.by_user[live]
    site.demo.say(
        f"   The client logged in {before} times as {old}, then {after} times as {live}."
        f"\n   {logins.failed} logins failed. {live} is live now."
    )
