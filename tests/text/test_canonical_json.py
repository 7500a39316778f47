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
def test_the_canonical_json_is_that_of_pythons_encoder(content: object) -> None:
    """Without spaces, with keys in order, in UTF-8: what anybody can recompute with a standard library."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert content_digest(content) == sha256(written.encode()).hexdigest()
