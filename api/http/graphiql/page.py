"""/graphiql: GraphiQL's page and files from the data folder, or word that they are being prepared."""

import asyncio
from pathlib import Path

from starlette.types import Receive, Scope, Send

from api.http.responses import HTTPRefusal, Response, asgi_headers, method_not_allowed
from api.http.static.files import ClientFiles, path_below
from api.http.static.security_headers import CONTENT_SECURITY_POLICY
from api.settings import Settings

HERE = Path(__file__).parent
SITE = "graphiql"
READY = "ready"
# The editor inside GraphiQL (Monaco) writes style elements, has fonts in its style sheet, and works in workers; this
# page alone lets it. Scripts are as strict as everywhere.
WIDER_STYLES = CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
POLICY = WIDER_STYLES.replace("font-src 'self'", "font-src 'self' data:") + "; worker-src 'self'"
HTML = "text/html; charset=utf-8"


def site_folder(settings: Settings) -> Path:
    """Return the folder in which GraphiQL's files are, once they are there."""
    return settings.data / SITE


class GraphiQL:
    """The ASGI application below /graphiql."""

    def __init__(self, settings: Settings) -> None:
        self._folder = site_folder(settings)
        self._page = (HERE / "graphiql.html").read_bytes()
        self._preparing = (HERE / "preparing.html").read_bytes()
        # The files, and when they came: set up anew, they are read anew.
        self._files: tuple[ClientFiles, int] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the page, or with one of the files that it needs."""
        path = path_below(scope)
        if path not in {"/", "/graphiql"}:
            await self._file(scope, receive, send)
            return
        # The page names its files from where it is, so it is in one place only.
        answer = (
            self._entrance()
            if path == "/graphiql"
            else Response(308, b"", HTML, asgi_headers({"Location": "../graphiql"}))
        )
        if scope["method"] not in {"GET", "HEAD"}:
            answer = method_not_allowed("GET, HEAD").answer()
        await answer(scope, receive, send)

    def _entrance(self) -> Response:
        is_ready = (self._folder / READY).exists()
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
        if is_ready:
            return Response(200, self._page, HTML, asgi_headers(headers))
        return Response(503, self._preparing, HTML, asgi_headers(headers | {"Retry-After": "3"}))

    async def _file(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            came = (self._folder / READY).stat().st_mtime_ns
        except FileNotFoundError:
            await HTTPRefusal(404, "GraphiQL is being prepared.").answer()(scope, receive, send)
            return
        if self._files is None or self._files[1] != came:
            # Compressing some megabytes takes long enough to block other requests: it runs in a thread.
            self._files = await asyncio.to_thread(ClientFiles, self._folder, is_watched=False), came
        await self._files[0](scope, receive, send)
