"""The credential of a request, and the media type and the language of its response, from the headers."""

from dataclasses import dataclass

from starlette.types import Scope

from api.http.graphql import cookies, media_types
from api.http.graphql.request_language import accepted_language
from api.http.request_state import Headers
from api.http.server.protocol import HEAD
from api.http.server.request_head_cache import CachedHead
from api.settings import Settings
from api.text.i18n import Language


@dataclass(slots=True)
class Credentials:
    """The headers of a request, with what the endpoint needs of them."""

    headers: Headers
    # In which form the answer is wanted.
    media_type: str
    language: Language
    cookie: str | None
    bearer: str | None
    user_agent: str | None
    # Whether Content-Type was checked already and is JSON.
    sends_json: bool = False


def credentials_of(scope: Scope, settings: Settings) -> Credentials:
    """Return the credentials; raise HTTPRefusal where Accept allows no media type that the Hall sends."""
    head: CachedHead | None = scope.get(HEAD)
    if head is not None and head.credentials is not None:
        return head.credentials  # type: ignore[no-any-return]  # it is assigned below
    headers = Headers(scope["headers"])
    caller = Credentials(
        headers,
        media_types.choose_media_type(headers.get(b"accept")),
        accepted_language(headers.get(b"accept-language")),
        cookies.session_cookie(headers.get(b"cookie"), settings),
        cookies.bearer_token(headers.get(b"authorization")),
        headers.get(b"user-agent"),
    )
    if head is not None:
        head.credentials = caller
    return caller
