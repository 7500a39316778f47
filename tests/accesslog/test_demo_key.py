"""The demo signs the checkpoints of its access log by a key of its own, so that they can be tried."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.demo import demo_log_keys
from api.encryption.signed_note import verified_text
from api.errors import Refused
from api.settings import Settings
from tests.accesslog.test_proofs import LOG, PROOF, REVEAL
from tests.hall import SIGN_IN
from tests.http.serving import serving


def test_demo_has_checkpoints_and_proofs(settings: Settings) -> None:
    """What a visitor does is in a checkpoint, at the latest when the demo stops, and its proof can be taken away."""
    with serving(settings) as served, _visitor(served.address) as visitor:
        assert _asked(visitor, REVEAL)
        file = settings.data / "access-log.key"
        secret = file.read_text("utf-8")
        assert stat.S_IMODE(file.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    with serving(settings) as served, _visitor(served.address) as visitor:
        assert file.read_text("utf-8") == secret
        keys = demo_log_keys(settings)
        assert served.events("checkpoints of the access log are signed by")[0].endswith(f" {keys.signer.public}")
        origin, size, *_ = verified_text(visitor.get("/access-log/checkpoint").text, keys.public).splitlines()
        assert (origin, int(size)) == (keys.signer.name, 1)
        [entry] = _asked(visitor, LOG)["person"]["accessLog"]["nodes"]
        proof = _asked(visitor, PROOF, entry=entry["id"])["accessLogProof"]
        assert verified_text(proof.partition("\n\n")[2], keys.public).startswith(origin)


@contextmanager
def _visitor(address: str) -> Iterator[httpx.Client]:
    """A browser in which `eligible` is signed in."""
    credentials = {"account": "eligible", "password": "demo-eligible"}
    with httpx.Client(base_url=address) as browser:
        answer = browser.post("/graphql", json={"query": SIGN_IN, "variables": {"input": credentials}})
        assert answer.json() == {"data": {"signIn": {"viewer": {"account": "eligible"}}}}
        yield browser


def _asked(visitor: httpx.Client, document: str, **variables: str) -> Any:
    """Return what a visitor sees."""
    return visitor.post("/graphql", json={"query": document, "variables": variables}).json()["data"]["viewer"]


def test_damaged_key_is_refused(settings: Settings, tmp_path: Path) -> None:
    """A file without a key is named, and one that cannot be made too."""
    (tmp_path / "access-log.key").write_text("PRIVATE", "utf-8")
    with pytest.raises(Refused, match="delete it together with the database"):
        demo_log_keys(replace(settings, data=tmp_path))
    with pytest.raises(Refused, match="cannot be written"):
        demo_log_keys(replace(settings, data=tmp_path / "access-log.key"))
