"""Whether a person's household is registered in this city, as far as the record says."""

import re

CITY = "天津"
LOCAL_TYPES = frozenset({"11", "21", "51"})
"""户口性质 (AAC009): 本地非农业, 本地农业, 本地居民."""
ELSEWHERE_TYPES = frozenset({"12", "22", "52", "30", "31", "32", "33", "34", "40", "41", "42"})
"""外地户口, 港澳台侨 and 外国人."""
ANOTHER_PROVINCE = re.compile(r"\s*\S{2,8}?(?:省|自治区|特别行政区)|\s*(?:北京|上海|重庆)")


def is_registered_in_city(kind: str | None, address: str | None) -> bool | None:
    """Return whether the household is registered here; None where neither the type nor the address says so.

    `kind` is a code of 户口性质, `address` 户籍地址. An address counts before the type, because it names the place.
    """
    if address is not None and address.strip().startswith(CITY):
        return True
    if address is not None and ANOTHER_PROVINCE.match(address):
        return False
    if kind in LOCAL_TYPES:
        return True
    return False if kind in ELSEWHERE_TYPES else None
