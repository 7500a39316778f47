"""The records of the stories, with dates relative to a day, so that each story is true on any day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from api.demo.lives import (
    aged,
    between_the_schedules,
    earlier,
    last_of_month_before,
    later,
    leap_birth,
    number_of,
    retiring_after,
    retiring_by,
)

EMPLOYERS = {
    "120101000011": "海河之畔科技有限公司",
    "120105000022": "北岸食品厂",
    "120103000033": "津湾体育训练中心",
    "120116000044": "滨海远航物流有限公司",
}
PENSION, MEDICAL = "110", "310"
PUBLIC_SECTOR_PENSION, RESIDENT_PENSION, RESIDENT_MEDICAL = "120", "170", "390"
PAID_BY_EMPLOYER = (PENSION, "210", MEDICAL, "410")
PAYING, SUSPENDED = "1", "2"
HEPING, HEXI, HEBEI, BINHAI, NINGHE = "120101", "120103", "120105", "120116", "120117"
DISTRICTS = {HEPING: "和平区", HEXI: "河西区", HEBEI: "河北区", BINHAI: "滨海新区", NINGHE: "宁河区"}
# The columns that depend on the day. Users of the demo may have changed the others.
DATED = ("id_number", "birth_date", "work_start_date")


@dataclass(frozen=True, slots=True)
class Persona:
    """One record: the columns of the person, and its related rows; employers are given by code."""

    account: str
    person: Mapping[str, Any]
    participations: tuple[Mapping[str, Any], ...] = ()
    subsidies: tuple[Mapping[str, Any], ...] = ()
    non_mainland_info: Mapping[str, Any] | None = None


def personas(on: date) -> tuple[Persona, ...]:
    """Return the citizens of the demo on a day."""
    stopped, tomorrow = last_of_month_before(on), on + timedelta(days=1)
    women = between_the_schedules(on)
    return (
        _stopped("eligible", _resident("林海平", 1, "1", aged(on, 35, 100)), stopped),
        _enrolled(on),
        _subsidised(on, stopped),
        Persona("first-time", _resident("周晓雨", 4, "2", aged(on, 22, 200))),
        _paying(on),
        _trainee("under-sixteen", _resident("陈小帆", 6, "1", aged(on, 15, 150), HEXI), stopped),
        Persona("sixteen-today", _resident("何欣然", 7, "2", aged(on, 16, 0))),
        _trainee("sixteen-tomorrow", _resident("孙启明", 8, "1", aged(tomorrow, 16, 0), HEXI), stopped),
        _retired(on),
        _stopped("retires-today", _resident("马国栋", 10, "1", retiring_by(on)), stopped),
        _stopped("retires-tomorrow", _resident("冯立新", 11, "1", retiring_after(on)), stopped),
        _stopped("production-worker", _resident("秦桂兰", 12, "2", women) | {"position_nature": "PRODUCTION"}, stopped),
        _stopped("manager", _resident("沈若梅", 13, "2", women) | {"position_nature": "MANAGEMENT"}, stopped),
        _stopped("leap-day", _resident("任闰生", 14, "1", leap_birth(on)), stopped),
        _resident_scheme(on, stopped),
        _hong_kong(on, stopped),
        _foreigner(on, stopped),
        _long_name(on, stopped),
        _stopped("rare-name", _resident("𠮷𠀋", 19, "1", aged(on, 33, 9)), stopped),
        _legacy_area(stopped),
        _self_paying(on),
        Persona(
            "resident", _resident("石春禾", 23, "1", aged(on, 38, 225), NINGHE) | {"household_registration_type": "21"}
        ),
        _resident_member(on),
        Persona("late-starter", _resident("梁晚晴", 25, "2", aged(on, 52, 260), HEXI)),
        _civil_servant(on),
        _from_elsewhere(on),
        Persona("sparse", {"id_type": "99", "id_number": "DEMO-0000-21", "name": "佚名"}),
    )


def _resident(
    name: str, place: int, sex: str, born: date, district: str = HEPING, *, area: str | None = None, in_x: bool = False
) -> dict[str, Any]:
    """Return the columns of a mainland resident; `place` keeps the numbers of the demo apart."""
    where = f"天津市{DISTRICTS[district]}海光路{place}号{place % 6 + 1}门{100 * (place % 5 + 1) + place}"
    return {
        "id_type": "01",
        "id_number": number_of(area or district, born, place, sex, in_x=in_x),
        "name": name,
        "sex": sex,
        "birth_date": born,
        "ethnic_group": "01",
        "country_or_region": "CHN",
        "household_registration_type": "11",
        "household_registration_address": where,
        "residential_address": where,
        "postal_code": f"3000{place:02}",
        "mobile_number": f"1380000{place:04}",
    }


def _stopped(
    account: str, person: dict[str, Any], stopped: date, *, district: str = HEPING, employer: str = "120101000011"
) -> Persona:
    """Return a person whose employer paid for years and stopped."""
    begun = max(earlier(stopped, 96), later(person["birth_date"], 15 * 12))
    worker = {"work_start_date": begun, "insured_district": district, "employment_scope": "1", "department": "综合部"}
    return Persona(account, person | worker, _periods(PAID_BY_EMPLOYER, SUSPENDED, district, employer, begun, stopped))


def _trainee(account: str, person: dict[str, Any], stopped: date) -> Persona:
    """Return a minor whom a sports club trained and insured (劳动法第十五条第二款), so that age alone is in the way."""
    begun = earlier(stopped, 10)
    worker = {"work_start_date": begun, "insured_district": HEXI, "department": "青少年训练部"}
    periods = _periods(PAID_BY_EMPLOYER, SUSPENDED, HEXI, "120103000033", begun, stopped)
    return Persona(account, person | worker, periods)


def _enrolled(on: date) -> Persona:
    begun = earlier(on, 12)
    person = _resident("苏静言", 2, "2", aged(on, 40, 60), HEXI)
    persona = _stopped("enrolled", person, last_of_month_before(begun), district=HEXI)
    own = _periods((PENSION, MEDICAL), PAYING, HEXI, None, begun, None)
    return replace(persona, participations=persona.participations + own)


def _subsidised(on: date, stopped: date) -> Persona:
    person = _resident("郭长河", 3, "1", aged(on, 52, 40), HEBEI)
    persona = _stopped("subsidised", person, stopped, district=HEBEI, employer="120105000022")
    return replace(persona, subsidies=({"district": HEBEI, "starts_on": earlier(on, 6), "ends_on": later(on, 30)},))


def _paying(on: date) -> Persona:
    begun = earlier(on, 60)
    person = _resident("赵一鸣", 5, "1", aged(on, 30, 30), BINHAI) | {
        "work_start_date": begun,
        "employer": "120116000044",
        "department": "运输部",
        "employment_scope": "1",
        "host_employer_name": "滨海远航物流有限公司东疆分公司",
        "position_nature": "PRODUCTION",
        "insured_district": BINHAI,
    }
    return Persona("employer-paying", person, _periods(PAID_BY_EMPLOYER, PAYING, BINHAI, "120116000044", begun, None))


def _retired(on: date) -> Persona:
    person = _resident("高玉山", 9, "1", aged(on, 66, 20)) | {"drawing_pension": True, "disability_grade": "4"}
    persona = _stopped("retired", person, earlier(on, 66))
    return replace(persona, participations=tuple({**period, "status": "3"} for period in persona.participations))


def _resident_scheme(on: date, stopped: date) -> Persona:
    persona = _stopped("resident-scheme", _resident("谢东升", 15, "1", aged(on, 45, 10)), stopped)
    residents = _periods((RESIDENT_MEDICAL,), PAYING, HEPING, None, stopped + timedelta(days=1), None)
    return replace(persona, participations=persona.participations + residents)


def _hong_kong(on: date, stopped: date) -> Persona:
    person = _resident("李嘉晴", 16, "2", aged(on, 32, 55), area="810000") | {
        "id_type": "16",
        "country_or_region": "HKG",
        "household_registration_type": "31",
        "household_registration_address": "香港九龙观塘区",
    }
    # Without an employment permit: residents of Hong Kong, Macao and Taiwan have needed none since 2018-07-28.
    return replace(_stopped("hong-kong", person, stopped), non_mainland_info={"chinese_name": "李嘉晴"})


def _foreigner(on: date, stopped: date) -> Persona:
    person = _resident("Annelie Musterfrau", 17, "2", aged(on, 38, 12)) | {
        "id_type": "08",
        "id_number": "CDEMO0017",
        "country_or_region": "DEU",
        "ethnic_group": None,
        "household_registration_type": "41",
        "household_registration_address": None,
    }
    info = {
        "chinese_name": "安莉",
        "employment_permit_type": "18",
        "employment_permit_expiry_date": later(on, 10),
        "exemption_certificate_type": "DEU",
        "certificate_number": "DE-DEMO-2025-0017",
        "exemption_start_date": earlier(on, 20),
        "exemption_end_date": later(on, 40),
    }
    return replace(_stopped("foreigner", person, stopped), non_mainland_info=info)


def _long_name(on: date, stopped: date) -> Persona:
    person = _resident("古丽娜尔·阿不都热依木·买买提", 18, "2", aged(on, 29, 77), in_x=True)
    return _stopped("long-name", person | {"ethnic_group": "05"}, stopped)


def _legacy_area(stopped: date) -> Persona:
    person = _resident("刘德厚", 20, "1", date(1968, 5, 12), NINGHE, area="120221")
    return _stopped("legacy-area", person, stopped, district=NINGHE)


def _self_paying(on: date) -> Persona:
    """Return a woman who enrolled at the counter years ago, and pays for herself since."""
    person = _resident("叶知秋", 22, "2", aged(on, 38, 80), HEXI) | {"insured_district": HEXI}
    return Persona("self-paying", person, _periods((PENSION, MEDICAL), PAYING, HEXI, None, date(2020, 7, 1), None))


def _resident_member(on: date) -> Persona:
    """Return a woman who joined the residents' pension in her village last year, and pays for it."""
    person = _resident("段桂香", 24, "2", aged(on, 45, 290), NINGHE) | {"household_registration_type": "21"}
    periods = _periods((RESIDENT_PENSION, RESIDENT_MEDICAL), PAYING, NINGHE, None, earlier(on, 12), None)
    return Persona("resident-member", person | {"insured_district": NINGHE}, periods)


def _civil_servant(on: date) -> Persona:
    """Return a man whose authority pays the public-sector pension."""
    begun = earlier(on, 120)
    person = _resident("韩守正", 26, "1", aged(on, 36, 15), HEXI) | {
        "work_start_date": begun,
        "public_sector_staff_category": "11",
        "position_nature": "MANAGEMENT",
        "insured_district": HEXI,
    }
    periods = _periods((PUBLIC_SECTOR_PENSION, MEDICAL), PAYING, HEXI, "120103000033", begun, None)
    return Persona("civil-servant", person, periods)


def _from_elsewhere(on: date) -> Persona:
    """Return a man of another province, whose employer here stopped paying."""
    person = _resident("罗行远", 27, "1", aged(on, 33, 75), area="130102") | {
        "household_registration_type": "22",
        "household_registration_address": "河北省石家庄市长安区海光村27号",
    }
    return _stopped("from-elsewhere", person, last_of_month_before(on))


def _periods(
    types: tuple[str, ...], status: str, district: str, employer: str | None, begun: date, ended: date | None
) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            "type": kind,
            "status": status,
            "district": district,
            "employer": employer,
            "first_enrolled_on": begun,
            "started_on": begun,
            "ended_on": ended,
        }
        for kind in types
    )
