"""A few hundred invented people without a story, so that lists have pages. The seed is fixed."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from api.demo.lives import number_of

HOW_MANY = 320
SEED = 20250101
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹"
GIVEN = "安博晨丹恩芳歌海佳凯岚敏宁平清然舒涛薇欣雅泽舟子轩若萱"
DISTRICTS = (
    ("120101", "和平区"),
    ("120102", "河东区"),
    ("120103", "河西区"),
    ("120104", "南开区"),
    ("120105", "河北区"),
    ("120106", "红桥区"),
    ("120110", "东丽区"),
    ("120111", "西青区"),
    ("120112", "津南区"),
    ("120113", "北辰区"),
    ("120114", "武清区"),
    ("120115", "宝坻区"),
    ("120116", "滨海新区"),
    ("120117", "宁河区"),
    ("120118", "静海区"),
    ("120119", "蓟州区"),
)
ETHNIC_GROUPS = ("01",) * 30 + ("03", "11", "02", "15", "08")
EMPLOYER_COUNT = 24


def employers() -> dict[str, str]:
    """Return the ordinary employers, names by codes."""
    trades = ("机械", "纺织", "商贸", "餐饮", "软件", "建筑")
    return {f"1201{place:02}9{place:05}": f"津门{trades[place % 6]}{place}号公司" for place in range(EMPLOYER_COUNT)}


def people() -> Iterator[tuple[dict[str, Any], tuple[dict[str, Any], ...]]]:
    """Yield each person's columns with their participations."""
    chance = random.Random(SEED)  # noqa: S311 - invented people need no secrecy, but must be the same each time
    codes = list(employers())
    for place in range(HOW_MANY):
        district, where = DISTRICTS[place % len(DISTRICTS)]
        born = date(1966, 1, 1) + timedelta(days=chance.randrange(40 * 365))
        sex = chance.choice("12")
        begun = born + timedelta(days=365 * 22)
        employer = chance.choice([*codes, None])
        person = {
            "id_type": "01",
            "id_number": number_of(district, born, 30 + place % 20, sex),
            "name": chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2)))),
            "sex": sex,
            "birth_date": born,
            "ethnic_group": chance.choice(ETHNIC_GROUPS),
            "country_or_region": "CHN",
            "household_registration_type": chance.choice(("11", "21", "51", "52")),
            "household_registration_address": f"天津市{where}和睦里{place}号",
            "residential_address": f"天津市{where}新华街{place}号",
            "postal_code": f"30{place % 10000:04}",
            "mobile_number": f"139{place:08}",
            "work_start_date": begun,
            "employer": employer,
            "employment_scope": "1" if employer else None,
            "insured_district": district,
        }
        types = ("110", "310") if employer else ("170", "390")
        yield person, tuple(_period(kind, district, employer, begun) for kind in types)


def _period(kind: str, district: str, employer: str | None, begun: date) -> dict[str, Any]:
    return {
        "type": kind,
        "status": "1",
        "district": district,
        "employer": employer,
        "first_enrolled_on": begun,
        "started_on": begun,
        "ended_on": None,
    }
