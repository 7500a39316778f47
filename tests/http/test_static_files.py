"""The client's files: compressed, validated by content, and nothing beside them."""

import asyncio
import gzip
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import WEB
from api.http.static.files import ClientFiles

PAGE = b"<!doctype html>" + b"<p>welcome</p>" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a page, a script and a document, and with what must not be served around it."""
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
    """A client that asks for no compression by itself."""
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
async def test_a_file_comes_with_its_type(browser: httpx.AsyncClient, path: str, media_type: str) -> None:
    """The folder's address is its entrance."""
    response = await browser.get(path)
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)


async def test_a_file_comes_compressed_to_whoever_reads_that(browser: httpx.AsyncClient) -> None:
    """Each form has a tag of its own, and caches are told that there are two."""
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


async def test_what_a_browser_has_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    """It asks each time, and gets a 304 without a body for as long as the content is the same."""
    first = await browser.get("/")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    for known in (tag, f'"other", W/{tag}', "*"):
        again = await browser.get("/", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await browser.get("/", headers={"If-None-Match": '"other"'})).status_code == httpx.codes.OK


async def test_the_tag_follows_the_content(folder: Path) -> None:
    """Two servers of one release agree on it; a changed file has another."""
    before, same = [await _browser(ClientFiles(folder, is_watched=False)).get("/") for _ in range(2)]
    (folder / "index.html").write_bytes(PAGE + b"changed")
    after = await _browser(ClientFiles(folder, is_watched=False)).get("/")
    assert before.headers["etag"] == same.headers["etag"] != after.headers["etag"]


async def test_whoever_works_on_the_files_sees_each_change(folder: Path) -> None:
    """A changed file, a new one, and one that is gone."""
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
async def test_nothing_else_is_served(folder: Path, path: str) -> None:
    """Neither what lies outside, nor what is not for browsers, nor a folder."""
    assert await _status(ClientFiles(folder, is_watched=False), path) == httpx.codes.NOT_FOUND


CLIENT = ClientFiles(WEB, is_watched=False)


@settings(deadline=None)
@given(path=st.sampled_from(sorted(CLIENT._files)) | st.text("./\\%aht\0 ", max_size=30) | st.text(max_size=30))
def test_an_address_never_leaves_the_folder(path: str) -> None:
    """Whatever is asked for is looked up among the names in the folder, and nowhere else."""
    names = {"/", *(f"/{name}" for name in CLIENT._files)}
    assert asyncio.run(_status(CLIENT, f"/{path}")) == (200 if f"/{path}" in names else 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_files_are_only_read(browser: httpx.AsyncClient, method: str) -> None:
    """405, with what is allowed."""
    response = await browser.request(method, "/")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


async def test_the_head_alone_can_be_asked_for(browser: httpx.AsyncClient) -> None:
    """As of the whole file, without its body."""
    head, whole = await browser.head("/"), await browser.get("/")
    assert (head.content, head.headers) == (b"", whole.headers)


async def _status(app: ClientFiles, path: str) -> int:
    """Return the status for `path`, sent exactly as it stands: an HTTP client would tidy it first."""
    statuses: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    scope = {"type": "http", "method": "GET", "path": unquote(path), "root_path": "", "headers": []}
    await app(scope, receive, send)
    return statuses[0]
