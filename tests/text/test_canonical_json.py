"""Digests of stored receipts, notices and idempotency keys never change."""

import json
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from api.text.canonical_json import content_digest

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
CONTENT = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1),
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(CONTENT)
def test_canonical_json_equals_python_encoder(content: object) -> None:
    """Canonical JSON has no spaces, sorted keys and UTF-8, so that standard libraries can recompute digests."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert content_digest(content) == sha256(written.encode()).hexdigest()
