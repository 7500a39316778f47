"""The client, or any folder of files: read once, compressed once, validated by content.

Each response has an ETag and `no-cache`, and a browser that has the file gets a 304. The client has no build step: its
entrance is sent with all its references below `v/`, followed by the digest of all files, and with its style sheets as
one. Relative imports stay below that address, whose files never change: a browser keeps them for a year, and asks at
its next visit for the entrance alone. Paths are looked up in a table, which excludes path traversal.
"""

import gzip
import re
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
VERSIONED = re.compile(r"v/([0-9a-f]{20})/(.+)")
STYLE = re.compile(r'<link rel="stylesheet" href="(styles/[a-z]+\.css)">\s*')
ALL_STYLES = "styles/all.css"
REFERENCE = re.compile(r'( (?:href|src)=")(?=[a-z][a-z/-]*\.(?:css|graphql|js|svg|png)")')
FOREVER = "public, max-age=31536000, immutable"


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
        return cls.of(path.read_bytes(), path.suffix, path.stat().st_mtime_ns)

    @classmethod
    def of(cls, content: bytes, suffix: str, modified: int = 0) -> "StaticFile":
        """Return the file with this content."""
        compressed = None if suffix in COMPRESSED_ALREADY else gzip.compress(content, 9, mtime=0)
        return cls(
            content,
            compressed if compressed is not None and len(compressed) < len(content) else None,
            TYPES[suffix],
            sha256(content).hexdigest()[:20],
            modified,
        )


class ClientFiles:
    """The ASGI application that serves the files of `folder`.

    Where they are being worked on, `is_watched`, a changed, new or removed file is noticed at the next request.
    `is_versioned` gives the files of the entrance addresses that change with their content.
    """

    def __init__(self, folder: Path, *, is_watched: bool, is_versioned: bool = False) -> None:
        self._folder = folder
        self._is_watched = is_watched
        self._is_versioned = is_versioned
        self._files: dict[str, StaticFile] = {}
        self._made: dict[str, StaticFile] = {}
        self._version = ""
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
        if self._is_versioned and self._files != before:
            self._version = sha256(
                "".join(f"{name} {file.digest}\n" for name, file in self._files.items()).encode()
            ).hexdigest()[:20]
            self._made = _with_versions(self._files, self._version)

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
        versioned = VERSIONED.fullmatch(path) if self._is_versioned else None
        name = versioned[2] if versioned else f"{path}{ENTRANCE}" if not path or path.endswith("/") else path
        found = self._made.get(name) or self._files.get(name)
        if found is None:
            raise HTTPRefusal(404, "There is no such page.")
        # A page that was opened before an update asks for files of its version, and gets those of today.
        is_of_today = versioned is not None and versioned[1] == self._version
        return _sent(found, Headers(scope=scope), FOREVER if is_of_today else "no-cache")


def path_below(scope: Scope) -> str:
    """Return the path of a request below where its application is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _with_versions(files: dict[str, StaticFile], version: str) -> dict[str, StaticFile]:
    """Return the entrance with versioned references, and its style sheets in one file."""
    entrance = files[ENTRANCE].content.decode()
    names = STYLE.findall(entrance)
    styles = b"".join(files[name].content for name in names)
    once = STYLE.sub("", entrance, count=max(len(names) - 1, 0))
    once = STYLE.sub(lambda link: link[0].replace(link[1], ALL_STYLES), once)
    return {
        ENTRANCE: StaticFile.of(REFERENCE.sub(rf"\g<1>v/{version}/", once).encode(), ".html"),
        ALL_STYLES: StaticFile.of(styles, ".css"),
    }


def _sent(found: StaticFile, headers: Headers, kept: str) -> Response:
    body, coding = found.content, {}
    tag = f'"{found.digest}"'
    if found.compressed is not None and accepts_gzip(headers.get("accept-encoding", "")):
        body, coding = found.compressed, {"Content-Encoding": "gzip"}
        tag = f'"{found.digest}-gzip"'
    own_headers = {"ETag": tag, "Cache-Control": kept, "Vary": "Accept-Encoding"}
    if is_current(tag, headers.get("if-none-match", "")):
        return Response(304, b"", found.media_type, asgi_headers(own_headers))
    return Response(200, body, found.media_type, asgi_headers(own_headers | coding))
