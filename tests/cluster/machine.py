"""One machine of the cluster: processes on loopback that are killed together."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from signal import SIGCONT, SIGKILL, SIGSTOP
from time import monotonic, sleep

import httpx

from tests.cluster.processes import descendants, send, title

ROOT = Path(__file__).parents[2]
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
PATRONI = ROOT / ".venv" / "cluster" / "bin" / "patroni"
# PostgreSQL refuses to run as root.
USER = "postgres" if os.geteuid() == 0 else None
# And its user may not be able to read root's Python and checkout.
AS_USER = () if USER is None else (
    "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups",
    "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
)  # fmt: skip
PASSWORD = "a password of the tests"
TIMEOUT_SECONDS = 60


def program(name: str) -> str:
    """Return the path of a program of the system."""
    found = which(name, path=PATH)
    assert found is not None, f"{name} is missing: .ci/prepare cluster"
    return found


def postgresql_bin() -> Path:
    """Return the folder of the newest PostgreSQL of the system."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one machine."""

    etcd: int
    etcd_peer: int
    patroni: int
    postgresql: int
    hall: int


@dataclass(slots=True)
class Machine:
    """A machine, whose processes run or are killed."""

    name: str
    folder: Path
    ports: Ports
    members: dict[str, int]
    peers: str
    database_url: str
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        """Start etcd and Patroni with PostgreSQL."""
        self.start_etcd()
        self.start_patroni()

    def start_etcd(self) -> None:
        """Start the member of etcd."""
        address, peer = f"http://127.0.0.1:{self.ports.etcd}", f"http://127.0.0.1:{self.ports.etcd_peer}"
        self._start(
            "etcd", *AS_USER, program("etcd"), "--name", self.name, "--data-dir", str(self.folder / "etcd"),
            "--listen-client-urls", address, "--advertise-client-urls", address,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", self.peers, "--unsafe-no-fsync",
        )  # fmt: skip

    def start_patroni(self) -> None:
        """Start Patroni, which starts PostgreSQL."""
        environment = {
            "PATRONI_NAME": self.name,
            "PATRONI_RESTAPI_LISTEN": f"127.0.0.1:{self.ports.patroni}",
            "PATRONI_RESTAPI_CONNECT_ADDRESS": f"127.0.0.1:{self.ports.patroni}",
            "PATRONI_POSTGRESQL_LISTEN": f"127.0.0.1:{self.ports.postgresql}",
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": f"127.0.0.1:{self.ports.postgresql}",
            "PATRONI_POSTGRESQL_DATA_DIR": str(self.folder / "postgresql"),
            "PATRONI_POSTGRESQL_BIN_DIR": str(postgresql_bin()),
            "PATRONI_POSTGRESQL_PGPASS": str(self.folder / "pgpass"),
            "PATRONI_ETCD3_HOSTS": ",".join(f"'127.0.0.1:{port}'" for port in self.members.values()),
            **{
                f"PATRONI_{role}_{name}": value
                for role, user in (("SUPERUSER", "postgres"), ("REPLICATION", "replicator"), ("REWIND", "rewinder"))
                for name, value in (("USERNAME", user), ("PASSWORD", PASSWORD))
            },
        }
        self._start("patroni", *AS_USER, str(PATRONI), str(ROOT / "deploy" / "patroni.yml"), **environment)

    def start_hall(self, **settings: str) -> None:
        """Start the Hall."""
        environment = {
            "HALL_PORT": str(self.ports.hall),
            "HALL_DATA": str(self.folder / "hall"),
            "HALL_DATABASE_URL": self.database_url,
            "HALL_LOG_CHAINS": "8",
            "HALL_READ_FROM": self.database_url.partition("?")[0],
            "HALL_PUBLIC_URL": "https://hall.example",
            "HALL_TRUSTED_PROXIES": "127.0.0.1",
            "HALL_RATE_COST": "0",
            "HALL_RATE_ADDRESS_COST": "0",
            **settings,
        }
        self._start("hall", sys.executable, "-m", "api", "serve", **environment)

    def _start(self, role: str, *command: str, **environment: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HALL_", "PG"))}
        with (self.folder / f"{role}.log").open("ab") as log:
            self._processes[role] = subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=log,
                env=inherited | {"PATH": PATH, "PYTHONUTF8": "1", "HOME": str(self.folder)} | environment,
                start_new_session=True,
            )  # fmt: skip

    def stop_hall(self) -> None:
        """Stop the Hall in order."""
        process = self._processes.pop("hall")
        process.terminate()
        process.wait(TIMEOUT_SECONDS)

    def kill(self) -> None:
        """Kill all processes, as the loss of the machine does."""
        send(SIGKILL, [*self._of_postgresql(), *self._all()])
        for process in self._processes.values():
            process.wait(TIMEOUT_SECONDS)
        self._processes.clear()

    def kill_postgresql(self) -> None:
        """Kill PostgreSQL alone."""
        send(SIGKILL, self._of_postgresql())

    def pause(self) -> None:
        """Suspend PostgreSQL and Patroni."""
        send(SIGSTOP, [self._processes["patroni"].pid, *self._of_postgresql()])

    def resume(self) -> None:
        """Resume them."""
        send(SIGCONT, [*self._of_postgresql(), self._processes["patroni"].pid])

    def cut_replication(self) -> None:
        """Suspend the process that receives the primary's log: what it has buffered must not arrive later."""
        send(SIGSTOP, self._receivers())

    def drop_replication(self) -> None:
        """Kill the suspended receivers, before they can read what has arrived."""
        send(SIGKILL, self._receivers())

    def _receivers(self) -> list[int]:
        return [process for process in self._of_postgresql() if "walreceiver" in title(process)]

    def role(self) -> str:
        """Return what Patroni says of PostgreSQL: primary, sync_standby, replica, or nothing."""
        try:
            told = httpx.get(f"http://127.0.0.1:{self.ports.patroni}/cluster", timeout=2).json()
        except (httpx.HTTPError, ValueError):
            return ""
        [own] = [each for each in told["members"] if each["name"] == self.name] or [{}]
        is_running = own.get("state") in {"running", "streaming"}
        return {"leader": "primary"}.get(own.get("role", ""), own.get("role", "")) if is_running else ""

    def _of_postgresql(self) -> list[int]:
        try:
            postmaster = int((self.folder / "postgresql" / "postmaster.pid").read_text("ascii").split()[0])
        except (OSError, IndexError):
            return []
        # The number may belong to another process by now.
        return list(descendants(postmaster)) if str(self.folder) in title(postmaster) else []

    def _all(self) -> list[int]:
        return [each for process in self._processes.values() for each in descendants(process.pid)]


def wait_for(what: str, is_so: Callable[[], bool], seconds: float = TIMEOUT_SECONDS) -> float:
    """Wait until a function returns True; return how long it took."""
    began = monotonic()
    while not is_so():
        assert monotonic() - began < seconds, f"{what}: not within {seconds} s"
        sleep(0.1)
    return monotonic() - began
