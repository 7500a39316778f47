"""The client, or any folder of files: read once, compressed once, validated by content.

There is no build step, so names do not change with content: each response has an ETag and `no-cache`, and a browser
that has the file gets a 304. Paths are looked up in a table, which excludes path traversal.
"""

import gzip
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from api.http.conditional import accepts_gzip, is_current
from api.http.responses import HTTPRefusal, Response, asgi_headers, method_not_allowed

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".graphql": "application/graphql; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
COMPRESSED_ALREADY = {".png", ".woff2"}
ENTRANCE = "index.html"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file, ready to be sent."""

    content: bytes
    compressed: bytes | None
    media_type: str
    digest: str
    modified: int

    @classmethod
    def read(cls, path: Path) -> "StaticFile":
        """Return the file at `path`."""
        modified = path.stat().st_mtime_ns
        content = path.read_bytes()
        compressed = None if path.suffix in COMPRESSED_ALREADY else gzip.compress(content, 9, mtime=0)
        return cls(
            content,
            compressed if compressed is not None and len(compressed) < len(content) else None,
            TYPES[path.suffix],
            sha256(content).hexdigest()[:20],
            modified,
        )


class ClientFiles:
    """The ASGI application that serves the files of `folder`.

    Where they are being worked on, `is_watched`, a changed, new or removed file is noticed at the next request.
    """

    def __init__(self, folder: Path, *, is_watched: bool) -> None:
        self._folder = folder
        self._is_watched = is_watched
        self._files: dict[str, StaticFile] = {}
        self._read()

    def _read(self) -> None:
        """Read new and changed files, and drop deleted ones."""
        before, self._files = self._files, {}
        for path in sorted(self._folder.rglob("*")):
            if path.suffix not in TYPES or not path.is_file():
                continue
            name = path.relative_to(self._folder).as_posix()
            known = before.get(name)
            unchanged = known is not None and known.modified == path.stat().st_mtime_ns
            self._files[name] = known if known is not None and unchanged else StaticFile.read(path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request for a file."""
        try:
            answer = self._answer(scope)
        except HTTPRefusal as refusal:
            answer = refusal.answer()
        await answer(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in {"GET", "HEAD"}:
            raise method_not_allowed("GET, HEAD")
        if self._is_watched:
            self._read()
        path = path_below(scope).removeprefix("/")
        found = self._files.get(f"{path}{ENTRANCE}" if not path or path.endswith("/") else path)
        if found is None:
            raise HTTPRefusal(404, "There is no such page.")
        return _sent(found, Headers(scope=scope))


def path_below(scope: Scope) -> str:
    """Return the path of a request below where its application is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _sent(found: StaticFile, headers: Headers) -> Response:
    body, coding = found.content, {}
    tag = f'"{found.digest}"'
    if found.compressed is not None and accepts_gzip(headers.get("accept-encoding", "")):
        body, coding = found.compressed, {"Content-Encoding": "gzip"}
        tag = f'"{found.digest}-gzip"'
    own_headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if is_current(tag, headers.get("if-none-match", "")):
        return Response(304, b"", found.media_type, asgi_headers(own_headers))
    return Response(200, body, found.media_type, asgi_headers(own_headers | coding))
