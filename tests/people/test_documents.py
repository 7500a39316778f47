"""All document types of the code table can be stored as they are printed."""

import tomllib
from pathlib import Path

import pytest

from api.people import identity_number
from api.people.identity_number import KNOWN_TYPES, NUMBERED_TYPES, IdentityNumber, IdentityProblem

DOCUMENTS = tomllib.loads(Path(__file__).with_name("documents.toml").read_text("utf-8"))["document"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: f"{document['id_type']} {document['typed']}")
def test_document_is_normalised_or_rejected(document: dict[str, str]) -> None:
    """A number is normalised, or rejected with the expected format in both languages."""
    found = identity_number.parse_identity_number(document["id_type"], document["typed"])
    if "stored" in document:
        assert isinstance(found, IdentityNumber)
        assert found.number == document["stored"]
    else:
        form = identity_number.forms()[document["id_type"]]
        assert isinstance(found, IdentityProblem)
        assert f"应为{form.expected.zh}。" in found.message.zh
        assert form.expected.en in found.message.en


def test_every_document_type_has_format() -> None:
    """Every type of the code table has a format with a source."""
    assert set(identity_number.forms()) | NUMBERED_TYPES == KNOWN_TYPES
    described = tomllib.loads(identity_number.FORMS.read_text("utf-8"))["form"]
    assert all(each["source"] and each["confidence"] in {"official", "secondary"} for each in described)
