"""Masks of personal facts: enough for the person to recognise, too little for others to use."""

import re
from datetime import date
from functools import lru_cache

VISIBLE_CHARACTERS = 7
# An address is cut after the district, else the city, else the region. 小区, 超市 and similar words end in the same
# characters, but name neighbourhoods and shops, which locate a person too precisely.
DISTRICT = re.compile(r"(?<!自治)(?<!行政)(?<![小社园厂校院街片宅活属舍景])区|县|(?<![红彩])旗")
CITY = re.compile(r"(?<![超城门夜菜早])市")
REGION = re.compile(r"自治区|特别行政区")
MAX_REGION_LENGTH = 30
# A prefix of this length usually contains the district, as in 天津市和平区; longer prefixes are not cached.
USUAL_DISTRICT = 8
CACHE_SIZE = 2000


def name(value: str | None) -> str | None:
    """Return the first character and a star: 张三 becomes 张*."""
    # guard: names-are-masked
    return None if value is None else f"{value[:1]}*"


def number(value: str | None) -> str | None:
    """Return the first three and last four characters: 120***********0013, 138****1234; short numbers only stars."""
    if value is None:
        return None
    if len(value) <= VISIBLE_CHARACTERS + 1:
        return "*" * len(value)
    # guard: numbers-are-masked
    return f"{value[:3]}{'*' * (len(value) - VISIBLE_CHARACTERS)}{value[-4:]}"


def birth_date(value: date | str | None) -> str | None:
    """Return the year of a date or an ISO 8601 text: 1990-**-**."""
    if value is None:
        return None
    # guard: birth-dates-are-masked
    return written_day(value) if isinstance(value, str) else f"{value.year:04}-**-**"


def written_day(value: str) -> str:
    """Return the year of an ISO 8601 date: 1990-**-**."""
    # guard: written-birth-dates-are-masked
    return f"{value[:4]}-**-**"


def address(value: str | None) -> str | None:
    """Return the address down to the district: 天津市和平区****; without a district only stars."""
    if value is None:
        return None
    # guard: addresses-are-masked
    return _mask_after_district(value[:USUAL_DISTRICT]) or _mask_after_area(value[:MAX_REGION_LENGTH])


@lru_cache(maxsize=CACHE_SIZE)
def _mask_after_district(begin: str) -> str | None:
    """Return the masked address if the prefix contains its district. Cached, because many people share a district."""
    found = DISTRICT.search(begin)
    return None if found is None else f"{begin[: found.end()]}****"


def _mask_after_area(begin: str) -> str:
    found = DISTRICT.search(begin) or CITY.search(begin) or REGION.search(begin)
    return (begin[: found.end()] if found else "") + "****"


def certificate_number(value: str | None) -> str | None:
    """Return the last four characters after stars; of short numbers only stars."""
    if value is None:
        return None
    return "*" * len(value) if len(value) <= VISIBLE_CHARACTERS else "*" * (len(value) - 4) + value[-4:]
