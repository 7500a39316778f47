"""The keyring: a ciphertext decrypts with its own key at its own place, and nowhere else."""

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.encryption.keyring import MARK, PLAIN, CannotDecrypt, Keyring, new_key, parse_key
from api.errors import SettingsError
from api.settings import Settings

OLD, NEW = f"old:{new_key()}", f"new:{new_key()}"
INDEX = new_key()
RING = Keyring.parse(f"{NEW} {OLD}", INDEX)
HERE = "person id_number person_x"
texts = st.text(st.characters(), max_size=60)


@given(texts, texts)
def test_ciphertext_decrypts_at_its_place(text: str, place: str) -> None:
    """Any text, rare characters included; ciphertexts contain nothing of it and differ each time."""
    ciphertext = RING.encrypt(text, f"place {place}".encode(errors="replace").decode())
    assert RING.decrypt(ciphertext, f"place {place}".encode(errors="replace").decode()) == text
    assert ciphertext != RING.encrypt(text, HERE)
    assert len(text) < 3 or text not in ciphertext


@pytest.mark.parametrize("place", ["person id_number person_y", "person mobile_number person_x", "people id_number x"])
def test_moved_ciphertext_does_not_decrypt(place: str) -> None:
    """A ciphertext does not decrypt in another row, column or table."""
    with pytest.raises(CannotDecrypt):
        RING.decrypt(RING.encrypt("120101199003070013", HERE), place)


def test_changed_ciphertext_does_not_decrypt() -> None:
    """A change of any byte is detected."""
    begin, _, written = RING.encrypt("120101199003070013", HERE).partition(":")
    ciphertext = b64decode(written)
    for place in range(len(ciphertext)):
        changed = ciphertext[:place] + bytes([ciphertext[place] ^ 1]) + ciphertext[place + 1 :]
        with pytest.raises(CannotDecrypt):
            RING.decrypt(f"{begin}:{b64encode(changed).decode()}", HERE)


def test_missing_key_is_named() -> None:
    """The error names the key and contains no value."""
    with pytest.raises(CannotDecrypt, match="'new'"):
        Keyring.parse(OLD, INDEX).decrypt(RING.encrypt("120101199003070013", HERE), HERE)


def test_key_rotation() -> None:
    """Keys can be rotated; `plain` disables encryption, and plain texts are returned unchanged."""
    ciphertext = Keyring.parse(OLD, INDEX).encrypt("x", HERE)
    assert RING.decrypt(ciphertext, HERE) == "x"
    assert RING.encrypt("x", HERE).startswith(f"{MARK}new:")
    leaving = Keyring.parse(f"{PLAIN} {OLD}", "")
    assert (leaving.encrypt("x", HERE), leaving.decrypt(ciphertext, HERE), leaving.index("x")) == ("x", "x", "x")
    assert RING.decrypt("x", HERE) == "x"


def test_blind_index_depends_on_index_key() -> None:
    """The blind index does not depend on the encryption key, and cannot be computed without the index key."""
    assert RING.index("x") == Keyring.parse(OLD, INDEX).index("x") != Keyring.parse(OLD, new_key()).index("x")


@pytest.mark.parametrize(
    ("keys", "index"),
    [("new", INDEX), ("new:", INDEX), ("new:abc", INDEX), (f"{NEW} {NEW}", INDEX), (NEW, ""), (NEW, "short")],
    ids=["no key", "an empty key", "a short key", "two of one name", "no index key", "a short index key"],
)
def test_invalid_keys_are_refused(keys: str, index: str) -> None:
    """Invalid keys end the start with advice; the message contains no key."""
    with pytest.raises(SettingsError, match="new-key") as refused:
        Settings.from_environment({"HALL_SEAL_KEYS": keys, "HALL_INDEX_KEY": index})
    assert NEW not in str(refused.value)


def test_settings_repr_contains_no_keys() -> None:
    """The repr contains no keys."""
    settings = Settings.from_environment({"HALL_SEAL_KEYS": NEW, "HALL_INDEX_KEY": INDEX})
    assert len(parse_key(INDEX)) == 32
    assert NEW.partition(":")[2] not in repr(settings)
    assert INDEX not in repr(settings)
