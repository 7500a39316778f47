"""The demo's own key of the access log: it is made at the first start and stays in the data folder."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from api.encryption.signed_note import LogKeys, Signer
from api.errors import Refused
from api.settings import Settings

NAME = "access-log.key"
OWNER_ONLY = 0o600


def demo_log_keys(settings: Settings) -> LogKeys:
    """Return the key in the data folder; make it first if there is none."""
    file = settings.data / NAME
    if not file.exists():
        _write(file, Signer.new(f"{urlsplit(settings.address).netloc}/access-log").secret())
    try:
        return LogKeys.parse(file.read_text("utf-8"))
    except (OSError, ValueError):
        raise Refused(f"{file} has no key of the demo's access log; delete it together with the database.") from None


def _write(file: Path, secret: str) -> None:
    # Under another name first, so that an interrupted start leaves no half of a key.
    unfinished = file.with_name(f"{NAME}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY), "w") as opened:
            opened.write(f"{secret}\n")
        unfinished.replace(file)
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}; make the folder writable.") from None
