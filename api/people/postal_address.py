"""Lenient check whether an address is complete enough for a letter to arrive."""

import re

from api.text.i18n import Text

# 省市区县镇村 after at least two characters at the beginning: 天津市, 和平区, 王庄村. 小区 and 社区 are neighbourhoods.
DISTRICT_LIKE = re.compile(r"\s*(?:\S{2,11}?(?:省|市|(?<![小社])区|县|旗|州|盟|镇|乡|街道|村)|[A-Za-z]{2,}\s*,)")
ROAD = re.compile(r"路|街|道|巷|里|胡同|弄|庄|园|苑|公寓|大厦|广场|屯|院|楼|桥|区|大学|学校|厂|团|站|港|[A-Za-z]{3,}")
NUMBER = re.compile(r"\d|[一二三四五六七八九十百零〇]+(?:号|栋|幢|室|门|楼|单元|组|队|户|座|层)")
EXAMPLE = Text("例如：和平区南京路1号", "For example: 和平区南京路1号")


def missing_part(address: str) -> Text | None:
    """Return the missing part; None if the address has a district, or a road with a number."""
    if DISTRICT_LIKE.match(address):
        return None
    has_road, has_number = ROAD.search(address), NUMBER.search(address)
    if has_road and has_number:
        return None
    if has_road:
        return Text(f"请补充门牌号或所在区县，{EXAMPLE.zh}。", f"Add the house number or the district. {EXAMPLE.en}.")
    if has_number:
        return Text(f"请补充道路或所在区县，{EXAMPLE.zh}。", f"Add the road or the district. {EXAMPLE.en}.")
    return Text(
        f"请写明区县、道路和门牌号，{EXAMPLE.zh}。", f"Give the district, the road and the house number. {EXAMPLE.en}."
    )
