"""/.well-known/security.txt (RFC 9116): where to report a vulnerability."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from api import clock
from api.settings import Settings

PATH = "/.well-known/security.txt"
# The validity of a copy; RFC 9116 recommends less than a year.
GOOD_FOR = timedelta(days=90)


class SecurityTxt:
    """The page of a Hall whose settings name a contact."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def answer(self, _: Request) -> PlainTextResponse:
        """Return the contact, until when it can be relied on, and where the page is."""
        expires = (clock.now() + GOOD_FOR).replace(microsecond=0)
        lines = [
            f"Contact: {self._settings.security_contact}",
            f"Expires: {expires.isoformat()}",
            "Preferred-Languages: zh, en",
            f"Canonical: {self._settings.address}{PATH}",
        ]
        return PlainTextResponse("\n".join([*lines, ""]), headers={"Cache-Control": "public, max-age=3600"})
