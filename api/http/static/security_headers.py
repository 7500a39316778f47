"""Security headers: a browser may do with a response only what the client needs."""

from api.http.responses import Header, asgi_headers
from api.settings import Settings

# guard: no-frames
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "payment", "usb")
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": ", ".join(f"{name}=()" for name in PERMISSIONS),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
STRICT_TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"


def security_headers(settings: Settings) -> list[Header]:
    """Return the headers of every answer that has not its own of the same name."""
    headers = HEADERS | ({"strict-transport-security": STRICT_TRANSPORT_SECURITY} if settings.is_secure else {})
    return asgi_headers(headers)
