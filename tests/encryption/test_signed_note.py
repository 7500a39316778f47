"""Signed notes are those of https://c2sp.org/signed-note and of Go's golang.org/x/mod/sumdb/note."""

import base64

import pytest

from api.encryption.signed_note import PublicKey, Signer, verified_text

# The example of Go's package: its key, and its note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)  # fmt: skip
GO_NOTE = (
    f"{GO_TEXT}\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
TEXT = "hall.example/access-log\n3\nAAAA\n"


def test_note_of_another_implementation_is_verified() -> None:
    """A note that Go's package has signed is valid, with its key; after a change it is not."""
    key = PublicKey.parse(GO_KEY)
    assert str(key) == GO_KEY
    assert verified_text(GO_NOTE, [key]) == GO_TEXT
    with pytest.raises(ValueError, match="not valid"):
        verified_text(GO_NOTE.replace("answer", "question"), [key])


def test_note_is_signed_and_verified() -> None:
    """A note is verified by a known key, also beside signatures of unknown keys, and is refused without one."""
    signer, other = Signer.new("hall.example/access-log"), Signer.new("witness.example")
    note = signer.sign(TEXT)
    assert verified_text(note, [signer.public, other.public]) == TEXT
    cosigned = note + other.sign(TEXT).rpartition("\n\n")[2]
    assert verified_text(cosigned, [signer.public]) == verified_text(cosigned, [other.public]) == TEXT
    with pytest.raises(ValueError, match="none of the known keys"):
        verified_text(note, [other.public])
    # A key of the same name is another key.
    with pytest.raises(ValueError, match="none of the known keys"):
        verified_text(note, [Signer.new(signer.name).public])


@pytest.mark.parametrize(
    "note", ["", TEXT, f"{TEXT}\n", f"{TEXT}\n— name\n", f"{TEXT}\n- name AAAAAAAA\n", f"{TEXT}\n— n é\n"]
)
def test_malformed_note_is_refused(note: str) -> None:
    """What has no signature is no note."""
    with pytest.raises(ValueError, match="it "):
        verified_text(note, [PublicKey.parse(GO_KEY)])


def test_keys_are_parsed() -> None:
    """Private and public keys survive their texts; a damaged one is refused."""
    signer = Signer.new("hall.example/access-log")
    assert Signer.parse(signer.secret()) == signer
    assert PublicKey.parse(str(signer.public)) == signer.public
    assert signer.seed.hex() not in str(signer.public)
    name, key_id, key = str(signer.public).split("+", 2)
    short = base64.b64encode(b"\x01short").decode()
    for wrong in (
        "",
        name,
        f"other+{key_id}+{key}",
        f"{name}+00+{key}",
        f"{name}+zz+{key}",
        f"{name}+{key_id}+{short}",
        f"{name}+{key_id}+é",
    ):
        with pytest.raises(ValueError, match=r"key|base64|fromhex"):
            PublicKey.parse(wrong)
        with pytest.raises(ValueError, match=r"key|base64|fromhex"):
            Signer.parse(f"PRIVATE+KEY+{wrong}")
    with pytest.raises(ValueError, match="begins with"):
        Signer.parse(str(signer.public))
    for wrong in ("", "a b", "a+b"):
        with pytest.raises(ValueError, match="neither spaces"):
            Signer.new(wrong)
