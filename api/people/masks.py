"""What is shown of personal facts: enough for the person to recognise, too little for others to use."""

import re
from datetime import date
from functools import lru_cache

FEW = 7
# Where an address may end: behind a district, else a city, else a region. 小区 and its sisters are neighbourhoods,
# 超市 and its sisters are places in a street: whoever reads them has nearly arrived.
DISTRICT = re.compile(r"(?<!自治)(?<!行政)(?<![小社园厂校院街片宅活属舍景])区|县|(?<![红彩])旗")
CITY = re.compile(r"(?<![超城门夜菜早])市")
REGION = re.compile(r"自治区|特别行政区")
LONGEST_REGION = 30
# So many signs usually hold the district, as in 天津市和平区; what is remembered of addresses goes no further.
USUAL_DISTRICT = 8
REMEMBERED = 2000


def name(value: str | None) -> str | None:
    """Return the first character and a star: 张三 becomes 张*."""
    # guard: names-are-masked
    return None if value is None else f"{value[:1]}*"


def number(value: str | None) -> str | None:
    """Return the first three and the last four signs of a document or telephone number, stars between.

    120***********0013, 138****1234; of a short number only stars.
    """
    if value is None:
        return None
    if len(value) <= FEW + 1:
        return "*" * len(value)
    # guard: numbers-are-masked
    return f"{value[:3]}{'*' * (len(value) - FEW)}{value[-4:]}"


def birth_date(value: date | str | None) -> str | None:
    """Return the year of a day, which may be written as 1990-12-01: 1990-**-**."""
    if value is None:
        return None
    # guard: birth-dates-are-masked
    return written_day(value) if isinstance(value, str) else f"{value.year:04}-**-**"


def written_day(value: str) -> str:
    """Return the year of a day written 1990-12-01: 1990-**-**."""
    # guard: written-birth-dates-are-masked
    return f"{value[:4]}-**-**"


def address(value: str | None) -> str | None:
    """Return the address down to the district: 天津市和平区****; without a district only stars."""
    if value is None:
        return None
    # guard: addresses-are-masked
    return _to_the_district(value[:USUAL_DISTRICT]) or _within(value[:LONGEST_REGION])


@lru_cache(maxsize=REMEMBERED)
def _to_the_district(begin: str) -> str | None:
    """Return what is shown of an address that begins so, if its district is in it; many people live in each."""
    found = DISTRICT.search(begin)
    return None if found is None else f"{begin[: found.end()]}****"


def _within(begin: str) -> str:
    found = DISTRICT.search(begin) or CITY.search(begin) or REGION.search(begin)
    return (begin[: found.end()] if found else "") + "****"


def certificate_number(value: str | None) -> str | None:
    """Return the last four signs behind stars; of short numbers only stars."""
    if value is None:
        return None
    return "*" * len(value) if len(value) <= FEW else "*" * (len(value) - 4) + value[-4:]
