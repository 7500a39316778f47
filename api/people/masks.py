"""What is shown of personal facts: enough for the person to recognise, too little for others to use."""

from datetime import date

DISTRICT_ENDS = "区县市旗"
FEW = 7


def name(value: str | None) -> str | None:
    """Return the first character and a star: 张三 becomes 张*."""
    return None if value is None else f"{value[:1]}*"


def id_number(value: str | None) -> str | None:
    """Return the first three and the last four signs, stars between (120***********0013); of short ones only stars."""
    if value is None:
        return None
    if len(value) <= FEW + 1:
        return "*" * len(value)
    return value[:3] + "*" * (len(value) - FEW) + value[-4:]


def birth_date(value: date | None) -> str | None:
    """Return the year: 1990-**-**."""
    return None if value is None else f"{value.year:04}-**-**"


def written_day(value: str) -> str:
    """Return the year of a day written 1990-12-01: 1990-**-**."""
    return f"{value[:4]}-**-**"


def mobile_number(value: str | None) -> str | None:
    """Return the first three and the last four digits: 138****1234; of short numbers only stars."""
    if value is None:
        return None
    if len(value) <= FEW + 1:
        return "*" * len(value)
    return value[:3] + "*" * (len(value) - FEW) + value[-4:]


def address(value: str | None) -> str | None:
    """Return the address down to the district: 天津市和平区****; without a district only stars."""
    if value is None:
        return None
    ends = [place for place, sign in enumerate(value[:20]) if sign in DISTRICT_ENDS]
    districts = [place for place in ends if value[place] != "市"] or ends
    return (value[: districts[0] + 1] if districts else "") + "****"


def certificate_number(value: str | None) -> str | None:
    """Return the last four signs behind stars; of short numbers only stars."""
    if value is None:
        return None
    return "*" * len(value) if len(value) <= FEW else "*" * (len(value) - 4) + value[-4:]
