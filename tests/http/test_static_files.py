"""The static files of the web client: compression, entity tags, and isolation from other files."""

import asyncio
import gzip
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import WEB
from api.http.static.files import FOREVER, ClientFiles

PAGE = b"<!doctype html>" + b"<p>welcome</p>" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a page, a script and a document, next to files that must not be served."""
    site = tmp_path / "site"
    (site / "parts").mkdir(parents=True)
    (site / "index.html").write_bytes(PAGE)
    (site / "parts" / "field.js").write_bytes(b"export const field = 1\n" * 50)
    (site / "ask.graphql").write_bytes(b"{ service { version } }")
    (site / "notes.py").write_bytes(b"not for browsers")
    (tmp_path / "secret.html").write_bytes(b"outside")
    return site


@pytest.fixture
def browser(folder: Path) -> httpx.AsyncClient:
    """A client that sends Accept-Encoding: identity."""
    return _browser(ClientFiles(folder, is_watched=False))


def _browser(app: Any) -> httpx.AsyncClient:
    headers = {"Accept-Encoding": "identity"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1", headers=headers)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/parts/field.js", "text/javascript; charset=utf-8"),
        ("/ask.graphql", "application/graphql; charset=utf-8"),
    ],
)
async def test_media_types_of_files(browser: httpx.AsyncClient, path: str, media_type: str) -> None:
    """Files have their media type; the folder's URL is index.html."""
    response = await browser.get(path)
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)


async def test_gzip_is_negotiated(browser: httpx.AsyncClient) -> None:
    """Clients that accept gzip get the compressed file; each form has its own ETag, and Vary names Accept-Encoding."""
    plain = await browser.get("/")
    packed = await browser.get("/", headers={"Accept-Encoding": "br, gzip;q=0.8"})
    refused = await browser.get("/", headers={"Accept-Encoding": "gzip;q=0"})
    assert plain.content == packed.content == refused.content == PAGE
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(gzip.compress(PAGE, 9, mtime=0))
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert plain.headers["etag"] == refused.headers["etag"] != packed.headers["etag"]
    assert {each.headers["vary"] for each in (plain, packed)} == {"Accept-Encoding"}


async def test_matching_etag_returns_304(browser: httpx.AsyncClient) -> None:
    """A request with a matching If-None-Match returns 304 without a body."""
    first = await browser.get("/")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    for known in (tag, f'"other", W/{tag}', "*"):
        again = await browser.get("/", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await browser.get("/", headers={"If-None-Match": '"other"'})).status_code == httpx.codes.OK


async def test_etag_depends_on_content(folder: Path) -> None:
    """The ETag is the same on all servers of a release and changes with the content."""
    before, same = [await _browser(ClientFiles(folder, is_watched=False)).get("/") for _ in range(2)]
    (folder / "index.html").write_bytes(PAGE + b"changed")
    after = await _browser(ClientFiles(folder, is_watched=False)).get("/")
    assert before.headers["etag"] == same.headers["etag"] != after.headers["etag"]


async def test_watched_folder_serves_changes(folder: Path) -> None:
    """In a watched folder, changed, new and deleted files take effect at once."""
    browser = _browser(ClientFiles(folder, is_watched=True))
    assert (await browser.get("/")).content == PAGE
    (folder / "index.html").write_bytes(b"changed")
    os.utime(folder / "index.html", ns=(1, 1))
    (folder / "new.css").write_bytes(b"p { color: red }")
    (folder / "ask.graphql").unlink()
    assert (await browser.get("/")).content == b"changed"
    assert (await browser.get("/new.css")).headers["content-type"] == "text/css; charset=utf-8"
    assert (await browser.get("/ask.graphql")).status_code == httpx.codes.NOT_FOUND


OUTSIDE = (
    "/../secret.html", "/parts/../../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "//secret.html",
    "/parts/..%5c..%5csecret.html", "/./index.html", "/notes.py", "/parts", "/parts/", "/nothing.html", "/index.html/",
    "/index.html%00",
)  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
async def test_other_paths_are_404(folder: Path, path: str) -> None:
    """Paths outside the folder, files of other types, and folders return 404."""
    assert await _status(ClientFiles(folder, is_watched=False), path) == httpx.codes.NOT_FOUND


CLIENT = ClientFiles(WEB, is_watched=False)


@settings(deadline=None)
@given(path=st.sampled_from(sorted(CLIENT._files)) | st.text("./\\%aht\0 ", max_size=30) | st.text(max_size=30))
def test_no_path_leaves_folder(path: str) -> None:
    """Any path is looked up in the fixed set of file names."""
    names = {"/", *(f"/{name}" for name in CLIENT._files)}
    assert asyncio.run(_status(CLIENT, f"/{path}")) == (200 if f"/{path}" in names else 404)


REFERENCES = re.compile(r' (?:href|src)="([^"#]+)"')


async def test_client_is_kept_for_a_year_and_asked_for_once() -> None:
    """The entrance is asked for at each visit; all that it names, but the manifest, has an address of its content."""
    browser = _browser(ClientFiles(WEB, is_watched=False, is_versioned=True))
    entrance = await browser.get("/")
    assert entrance.headers["cache-control"] == "no-cache"
    named = set(REFERENCES.findall(entrance.text)) - {"./", "manifest.webmanifest"}
    assert {name.rsplit("/", 1)[-1] for name in named} >= {"app.js", "all.css", "print.css", "mark.svg", "shell.js"}
    answers = [await browser.get(f"/{name}") for name in sorted(named)]
    assert {(answer.status_code, answer.headers["cache-control"]) for answer in answers} == {(200, FOREVER)}


async def test_style_sheets_are_sent_as_one() -> None:
    """The one style sheet of the entrance has the content of all, in their order; the one for print stays apart."""
    browser = _browser(ClientFiles(WEB, is_watched=False, is_versioned=True))
    links = re.findall(r'href="(styles/[a-z]+\.css)">', (WEB / "index.html").read_text("utf-8"))
    assert len(links) > 1
    entrance = (await browser.get("/")).text
    sent = [name for name in REFERENCES.findall(entrance) if name.endswith(".css")]
    assert [name.rsplit("/", 1)[-1] for name in sent] == ["all.css", "print.css"]
    assert (await browser.get(f"/{sent[0]}")).text == "".join((WEB / name).read_text("utf-8") for name in links)


async def test_addresses_change_with_any_file(folder: Path) -> None:
    """After an update the entrance names other addresses; a page of before gets the new files, not to be kept."""
    (folder / "index.html").write_bytes(b'<script type="module" src="parts/field.js"></script>')
    browser = _browser(ClientFiles(folder, is_watched=True, is_versioned=True))
    (before,) = REFERENCES.findall((await browser.get("/")).text)
    (folder / "ask.graphql").write_bytes(b"{ viewer { account } }")
    os.utime(folder / "ask.graphql", ns=(1, 1))
    (after,) = REFERENCES.findall((await browser.get("/")).text)
    old, new = await browser.get(f"/{before}"), await browser.get(f"/{after}")
    assert before != after
    assert old.content == new.content == (folder / "parts" / "field.js").read_bytes()
    assert (old.headers["cache-control"], new.headers["cache-control"]) == ("no-cache", FOREVER)
    assert await _status(ClientFiles(folder, is_watched=False), f"/{after}") == httpx.codes.NOT_FOUND


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods_of_files_are_405(browser: httpx.AsyncClient, method: str) -> None:
    """Other methods return 405 with an Allow header."""
    response = await browser.request(method, "/")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


async def test_head_equals_get_without_body(browser: httpx.AsyncClient) -> None:
    """HEAD returns the headers of GET without a body."""
    head, whole = await browser.head("/"), await browser.get("/")
    assert (head.content, head.headers) == (b"", whole.headers)


async def _status(app: ClientFiles, path: str) -> int:
    """Return the status for the unmodified `path`; an HTTP client would normalise it."""
    statuses: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    scope = {"type": "http", "method": "GET", "path": unquote(path), "root_path": "", "headers": []}
    await app(scope, receive, send)
    return statuses[0]
