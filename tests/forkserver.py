"""`python -m api` as a process of its own, forked from one that has imported the Hall already.

Importing takes most of the processor time of a command, and the tests run hundreds. The fork server imports once. A
fork has arguments, an environment, standard streams, signals and an exit status of its own. A new interpreter starts
where a test asks for it, and where variables differ that an interpreter or a library reads at its start.
"""

import atexit
import gc
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from subprocess import PIPE
from threading import Thread
from types import TracebackType
from typing import IO, Self

from api.adapters.strawberry import core_schema
from api.http.graphql import documents
from api.http.graphql.persisted_documents import trusted_documents
from api.schema.root import schema

CHECKOUT = Path(__file__).parents[1]
# Variables that are read by a running command; which schemes there are is read when the Hall is imported.
READ_LATE = ("HALL_", "PG", "PYTEST_")
READ_AT_IMPORT = "HALL_SCHEMES"


# The arguments of a command, its environment, and what is called before it.
Start = tuple[tuple[str, ...], dict[str, str], Callable[[], object] | None]


class Fork:
    """A running command, with what tests use of subprocess.Popen."""

    def __init__(self, start: Start, **streams: int | None) -> None:
        self.returncode: int | None = None
        self._control, control = socket.socketpair()
        files = {name: _stream(number, streams.get(name)) for number, name in enumerate(("stdin", "stdout", "stderr"))}
        socket.send_fds(_server(), [b"."], [*(theirs for _, theirs in files.values()), control.fileno()])
        control.close()
        for ours, theirs in files.values():
            if ours is not None:
                os.close(theirs)
        opened = {name: _file(ours, "w" if name == "stdin" else "r") for name, (ours, _) in files.items()}
        self.stdin, self.stdout, self.stderr = opened["stdin"], opened["stdout"], opened["stderr"]
        self._control.sendall(pickle.dumps(start))
        self._control.shutdown(socket.SHUT_WR)
        self.pid = number_from(self._control)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until the process has ended; return its exit status, or minus the signal that ended it."""
        if self.returncode is None:
            if not select.select([self._control], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("python -m api", timeout or 0)
            self.returncode = number_from(self._control)
            self._control.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit status of a process that has ended."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def terminate(self) -> None:
        """Send SIGTERM, unless the process has ended."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL, unless the process has ended."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        # The process may have ended before its status arrives.
        with suppress(ProcessLookupError):
            if self.poll() is None:
                os.kill(self.pid, number)

    def communicate(self, typed: str | None = None, timeout: float | None = None) -> tuple[str, str]:
        """Type, read both outputs to their end, and wait."""
        read = {"out": "", "error": ""}

        def drain(name: str, file: IO[str] | None) -> None:
            if file is not None:
                read[name] = file.read()

        readers = [Thread(target=drain, args=each) for each in (("out", self.stdout), ("error", self.stderr))]
        for reader in readers:
            reader.start()
        if self.stdin is not None:
            _type(self.stdin, typed or "")
        try:
            self.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        finally:
            for reader in readers:
                reader.join(timeout)
        return read["out"], read["error"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for file in (self.stdout, self.stderr):
            if file is not None:
                file.close()
        if self.stdin is not None and not self.stdin.closed:
            _type(self.stdin, "")
        self.wait()


def start(
    *words: str,
    environment: Mapping[str, str],
    prepare: Callable[[], object] | None = None,
    is_cold: bool = False,
    **streams: int | None,
) -> Fork | subprocess.Popen[str]:
    """Start `python -m api` in this folder; `prepare` is called in the new process, before the command."""
    if is_cold or _read_early(environment) != _read_early(os.environ):
        assert prepare is None, "a new interpreter starts as any other"
        command = [sys.executable, "-m", "api", *words]
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # the streams are its own
            command,
            cwd=CHECKOUT,
            env=dict(environment),
            text=True,
            **streams,
        )
    return Fork((words, dict(environment), prepare), **streams)


def run(
    *words: str, environment: Mapping[str, str], typed: str = "", timeout: float = 60, is_cold: bool = False
) -> subprocess.CompletedProcess[str]:
    """Return what came of `python -m api`, with `typed` on its standard input."""
    with start(*words, environment=environment, is_cold=is_cold, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        out, error = process.communicate(typed, timeout)
    assert process.returncode is not None
    return subprocess.CompletedProcess(["python", "-m", "api", *words], process.returncode, out, error)


def number_from(connection: socket.socket) -> int:
    """Return the number on the next line, and leave what follows: a stream may bring several lines at once."""
    with connection.makefile("rb", buffering=0) as lines:
        return int(lines.readline())


def _read_early(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in environment.items() if name == READ_AT_IMPORT or not name.startswith(READ_LATE)
    }


def _stream(number: int, kind: int | None) -> tuple[int | None, int]:
    """Return our end of a standard stream, where it is a pipe, and the end of the fork."""
    if kind is None:
        return None, number
    assert kind == PIPE
    reading, writing = os.pipe()
    return (writing, reading) if number == 0 else (reading, writing)


def _file(descriptor: int | None, mode: str) -> IO[str] | None:
    return None if descriptor is None else os.fdopen(descriptor, mode, encoding="utf-8")


def _type(stdin: IO[str], typed: str) -> None:
    """Write, and close; a command may end without reading."""
    with suppress(BrokenPipeError), stdin:
        stdin.write(typed)


@cache
def _server() -> socket.socket:
    """Return the connection to the fork server of this process; it ends with this process."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.forkserver", str(theirs.fileno())]
    server = subprocess.Popen(command, cwd=CHECKOUT, env=_read_early(os.environ), pass_fds=[theirs.fileno()])
    theirs.close()

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours


def main(requests: socket.socket) -> int:
    """Fork for each request; return in the fork, with the exit status of its command."""
    for module in walk_packages(import_module("api.cli").__path__, "api.cli."):
        import_module(module.name)
    _check_documents()
    # The objects so far are never garbage: no fork goes through them, which would also copy them.
    gc.freeze()
    # What a command imports as __main__, and what its workers are told to import.
    sys.modules["__main__"] = import_module("api.__main__")
    # A Ctrl-C reaches all processes of a terminal; this one ends with its tests.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The kernel reaps the forks: their parent does not wait for them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        received, files, *_ = socket.recv_fds(requests, 1, 4)
        if not received:
            return 0
        if os.fork() == 0:
            return _forked(*files)
        for file in files:
            os.close(file)


def _check_documents() -> None:
    """Parse and validate the client's documents, which each server does at its start, once for all forks."""
    documents.parse = lru_cache(None)(documents.parse)  # type: ignore[attr-defined]  # its imports are replaced
    documents.validate = lru_cache(None)(documents.validate)  # type: ignore[attr-defined,assignment]  # see above
    known = documents.Documents(core_schema(schema), introspection=True)
    known.trust(trusted_documents(None))
    deque(known.trusted(), maxlen=0)


def _forked(stdin: int, stdout: int, stderr: int, control: int) -> int:
    """Fork once more: one runs the command, the other reports its process id and its status."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with socket.socket(fileno=control) as connection:
        with connection.makefile("rb") as file:
            words, environment, prepare = pickle.load(file)  # noqa: S301 - from the tests
        if pid := os.fork():
            for each in (stdin, stdout, stderr):
                os.close(each)
            connection.sendall(b"%d\n" % pid)
            _, status = os.waitpid(pid, 0)
            connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
            os._exit(0)
        connection.detach()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, each in enumerate((stdin, stdout, stderr)):
        os.dup2(each, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    if prepare is not None:
        prepare()
    sys.argv = ["api", *words]
    status = sys.modules["__main__"].main()
    return int(status)


if __name__ == "__main__":
    sys.exit(main(socket.socket(fileno=int(sys.argv[1]))))
