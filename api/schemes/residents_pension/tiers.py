"""The yearly tiers that the city has published, read from tiers.toml; the file is empty until there are any."""

import tomllib
from datetime import date
from pathlib import Path

from api.law.parameter import Parameters, read_parameters

PATH = Path(__file__).parent / "tiers.toml"
TIERS = "contribution_tiers"


def read_tiers(path: Path) -> Parameters:
    """Read the tiers of a file, or raise MalformedParameters; a file without any has no figure on any day."""
    if not tomllib.loads(path.read_text(encoding="utf-8")):
        return Parameters(())
    return read_parameters(path, {TIERS: _amounts})


def _amounts(value: str) -> str | None:
    """Validate whole amounts in yuan, from the lowest to the highest, without repetition."""
    words = value.split()
    if not all(word.isascii() and word.isdigit() and int(word) for word in words):
        return "it is amounts in whole yuan, separated by spaces"
    amounts = [int(word) for word in words]
    return None if amounts == sorted(set(amounts)) else "the amounts rise from the lowest to the highest"


PUBLISHED = read_tiers(PATH)


def tiers_on(day: date, published: Parameters = PUBLISHED) -> tuple[str, ...]:
    """Return the tiers of a day in yuan, from the lowest to the highest; none where the city has published none."""
    law = published.on(day)
    return law.words(TIERS) if TIERS in law else ()
