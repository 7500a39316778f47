"""Accept and Content-Type, as the GraphQL over HTTP specification reads them."""

from dataclasses import dataclass, field
from functools import lru_cache

from api.http.responses import JSON, HTTPRefusal

RESPONSE = "application/graphql-response+json"
# How exactly a range of Accept names a media type: the more exact range decides about it.
EXACT, SUBTYPE, ANY = 3, 2, 1
# A client sends the same headers each time.
MAX_CACHED = 64


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type, or a range of them, with its parameters; all in lower case."""

    name: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def is_utf8(self) -> bool:
        """Whether text of this type is in UTF-8, the default."""
        return self.parameters.get("charset", "utf-8") in {"utf-8", "utf8"}


def parse_media_type(text: str) -> MediaType:
    """Return the media type in `text`, such as `application/json; charset=utf-8`."""
    name, *rest = (part.strip() for part in text.lower().split(";"))
    pairs = (part.partition("=") for part in rest)
    return MediaType(name, {key.strip(): value.strip().strip('"') for key, _, value in pairs})


@lru_cache(maxsize=MAX_CACHED)
def require_json(content_type: str | None) -> None:
    """Raise HTTPRefusal unless a body of `content_type` is JSON in UTF-8."""
    if content_type is None:
        raise HTTPRefusal(415, f"Say what the body is: send Content-Type: {JSON}.")
    media_type = parse_media_type(content_type)
    if media_type.name != JSON:
        raise HTTPRefusal(415, f"Send the request as JSON, with Content-Type: {JSON}.")
    if not media_type.is_utf8:
        raise HTTPRefusal(415, "Send the JSON in UTF-8.")


@lru_cache(maxsize=MAX_CACHED)
def choose_media_type(accept: str | None) -> str:
    """Return the media type that answers `accept` best; raise HTTPRefusal if neither of the two does.

    Where Accept ranks both alike, the newer one is chosen; where it names neither, or only `*/*`, JSON.
    """
    if accept is None or not accept.strip():
        return JSON
    ranges = [parse_media_type(part) for part in accept.split(",")]
    newer, older = _preference(RESPONSE, ranges), _preference(JSON, ranges)
    if not newer[0] and not older[0]:
        raise HTTPRefusal(406, f"Accept {RESPONSE} or {JSON}: there is no other form of the answer.")
    names_it = newer[1] == EXACT
    return RESPONSE if newer > older or (newer == older and names_it) else JSON


def _preference(name: str, ranges: list[MediaType]) -> tuple[float, int]:
    """Return the quality of the media type `name`, and how exactly the range that decides about it names it."""
    matching = {name: EXACT, "application/*": SUBTYPE, "*/*": ANY}
    found = [(matching[each.name], _quality(each)) for each in ranges if each.name in matching and each.is_utf8]
    exactness, quality = max(found, default=(0, 0.0))
    return quality, exactness


def _quality(media_range: MediaType) -> float:
    try:
        return min(max(float(media_range.parameters.get("q", "1")), 0.0), 1.0)
    except ValueError:
        return 0.0
