"""The registry refuses a scheme that is not complete, and says what to mend."""

from pathlib import Path

import pytest

from api.schemes.registry import SCHEMES, MalformedScheme, load
from api.settings import Settings
from tests.test_commands import command

THIRD = (Path(__file__).parent / "third" / "scheme.py").read_text("utf-8")


def package(folder: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return an importable package with this scheme.py and the files of the third scheme."""
    root = folder / name
    root.mkdir()
    for path in (Path(__file__).parent / "third").iterdir():
        if path.is_file() and path.name != "scheme.py":
            (root / path.name).write_text(path.read_text("utf-8"), "utf-8")
    (root / "scheme.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(folder))
    return name


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("without_scheme", "SCHEME = LibraryReader()", "", "scheme.py has no SCHEME"),
        ("no_scheme", "SCHEME = LibraryReader()", "SCHEME = 1", "SCHEME is no Scheme"),
        ("without_payment", "    payment = ", "    paid = ", "the scheme has no payment"),
        ("undescribed", '"NOT_YET_A_READER": ', '"ANOTHER": ', "does not describe NOT_YET_A_READER"),
        ("misread", 'reads=["minimum_age"]', 'reads=["least_age"]', "rules read least_age"),
    ],
)
def test_incomplete_scheme_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, old: str, new: str, message: str
) -> None:
    """The message names the package and what is missing."""
    assert old in THIRD
    found = package(tmp_path, name, THIRD.replace(old, new), monkeypatch)
    with pytest.raises(MalformedScheme, match=message) as refused:
        load([found])
    assert str(refused.value).startswith(f"{name}: ")


def test_colliding_schemes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, fields and prefixes of ids belong to one scheme."""
    again = package(tmp_path, "again", THIRD, monkeypatch)
    with pytest.raises(MalformedScheme, match="Two schemes have the name LIBRARY_READER"):
        load(["tests.schemes.third", again])
    assert list(load([again])) == ["LIBRARY_READER"]
    assert "LIBRARY_READER" not in SCHEMES


def test_unknown_package_ends_a_command_with_its_name(empty_settings: Settings) -> None:
    """An operator who misspells HALL_SCHEMES is told so, with the status of errors that an operator can mend."""
    done = command(empty_settings, "schema", HALL_SCHEMES="nowhere.at_all", is_cold=True)
    assert done.returncode == 2
    assert "nowhere.at_all: nowhere was not found" in done.stderr
