"""Three machines, and HAProxy in front of their Halls."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx

from api.db.database import connected, migrate
from api.settings import Settings
from tests.cluster.machine import PASSWORD, PATH, ROOT, USER, Machine, Ports, program, wait_for
from tests.databases import apart
from tests.http.serving import free_port

MACHINES = 3
# Of each log, when a cluster does not become whole.
LAST_LINES = 8


class Cluster:
    """The machines, and the address of the proxy."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        ports = [Ports(*(free_port() for _ in range(5))) for _ in range(MACHINES)]
        names = [f"machine-{number + 1}" for number in range(MACHINES)]
        hosts = ",".join(f"127.0.0.1:{each.postgresql}" for each in ports)
        self.url = f"postgres://hall:{PASSWORD.replace(' ', '%20')}@{hosts}/hall?target_session_attrs=read-write"
        self.settings = Settings(database_url=self.url, data=folder, public_url="https://hall.example")
        members = {name: each.etcd for name, each in zip(names, ports, strict=True)}
        peers = ",".join(f"{name}=http://127.0.0.1:{each.etcd_peer}" for name, each in zip(names, ports, strict=True))
        self.machines = [
            Machine(name, _folder(folder / name), each, members, peers, self.url)
            for name, each in zip(names, ports, strict=True)
        ]
        self._port = free_port()
        self._socket = folder / "proxy"
        self._proxy: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """The address of the proxy."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start everything, with an empty, migrated database."""
        for machine in self.machines:
            machine.start_etcd()
        for machine in self.machines:
            machine.start_patroni()
        self.wait_until_whole()
        apart(self._create_database)
        for machine in self.machines:
            machine.start_hall()
        environment = {f"HALL_{number}": f"127.0.0.1:{machine.ports.hall}" for number, machine in self._numbered()}
        environment |= {"HALL_FRONT": f"127.0.0.1:{self._port}", "HALL_PROXY_SOCKET": str(self._socket), "PATH": PATH}
        configuration = str(ROOT / "deploy" / "haproxy.cfg")
        with (self._folder / "haproxy.log").open("wb") as log:
            self._proxy = subprocess.Popen(
                [program("haproxy"), "-db", "-f", configuration], env=environment, stdout=log, stderr=log
            )
        wait_for("the Halls answer", self.is_served)

    def _numbered(self) -> Iterator[tuple[int, Machine]]:
        yield from enumerate(self.machines, start=1)

    async def _create_database(self) -> None:
        superuser = self.url.replace("//hall:", "//postgres:").replace("/hall?", "/postgres?")
        connection = await asyncpg.connect(superuser)
        await connection.execute(f"CREATE ROLE hall LOGIN PASSWORD '{PASSWORD}'")
        await connection.execute("CREATE DATABASE hall OWNER hall")
        await connection.close()
        for machine in self.machines:
            await self._wait_for_database(machine.ports.postgresql)
        async with connected(self.settings) as context:
            await migrate(context)

    async def _wait_for_database(self, port: int) -> None:
        """Wait until a standby has the database, without which it refuses connections by another error."""
        for _ in range(100):
            try:
                connection = await asyncpg.connect(f"postgres://hall@127.0.0.1:{port}/hall", password=PASSWORD)
            except asyncpg.PostgresError:
                await asyncio.sleep(0.1)
            else:
                await connection.close()
                return
        raise TimeoutError("a standby does not follow")

    def is_served(self) -> bool:
        """Return whether the proxy finds a Hall that is open."""
        try:
            return httpx.get(f"{self.address}/readyz", headers={"Host": "hall.example"}).is_success
        except httpx.HTTPError:
            return False

    def primary(self) -> Machine:
        """Return the machine whose PostgreSQL is the primary."""
        return self._with_role("primary")

    def standby(self) -> Machine:
        """Return the machine whose PostgreSQL is the synchronous standby."""
        return self._with_role("sync_standby")

    def _with_role(self, role: str) -> Machine:
        found: list[Machine] = []

        def is_found() -> bool:
            found[:] = [machine for machine in self.machines if machine.role() == role]
            return len(found) == 1

        wait_for(f"one {role}", is_found)
        return found[0]

    def wait_until_whole(self) -> None:
        """Wait until there are a primary and two standbys, one of them synchronous."""
        try:
            wait_for("a whole cluster", self._is_whole, 120)
        except AssertionError as error:
            for log in sorted(self._folder.glob("*/*.log")):
                lines = log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]
                error.add_note("\n".join([f"{log.relative_to(self._folder)}:", *lines]))
            raise

    def _is_whole(self) -> bool:
        return sorted(machine.role() for machine in self.machines) == ["primary", "replica", "sync_standby"]

    def switch_over(self) -> None:
        """Make the standby the primary, as an operator does before maintenance."""
        primary, standby = self.primary(), self.standby()
        request = {"leader": primary.name, "candidate": standby.name}
        answer = httpx.post(f"http://127.0.0.1:{primary.ports.patroni}/switchover", json=request, timeout=60)
        assert answer.is_success, answer.text

    def tell_proxy(self, machine: Machine, state: str) -> None:
        """Let the proxy send no new requests to the Hall of a machine (drain), or send some again (ready)."""
        with socket.socket(socket.AF_UNIX) as proxy:
            proxy.connect(str(self._socket))
            proxy.sendall(f"set server halls/hall-{self.machines.index(machine) + 1} state {state}\n".encode())
            assert not proxy.recv(1000).strip()

    def stop(self) -> None:
        """Kill everything."""
        if self._proxy is not None:
            self._proxy.kill()
            self._proxy.wait()
        for machine in self.machines:
            machine.kill()


def _folder(path: Path) -> Path:
    path.mkdir()
    if USER is not None:
        shutil.chown(path, USER)
    return path


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Run a cluster; its folder is kept if HALL_TEST_KEEP is set."""
    folder = Path(tempfile.mkdtemp(prefix="hall-cluster-"))
    folder.chmod(0o755)
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        if "HALL_TEST_KEEP" not in os.environ:
            shutil.rmtree(folder)
