"""The columns of the three files: English name, label of the guide, stored column, and parser."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from api.codes.tables import CodeTableName as Table
from api.importing.cells import Reader, code, mobile, name, number_of, postal_code, text, yes_or_no
from api.importing.damage import number
from api.importing.days import day
from api.people.models import ADDRESS_LENGTH, NAME_LENGTH

OTHER_TITLES = Path(__file__).with_name("other_titles.csv")


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """One column of a file; the first label is the guide's, the others are titles that offices use."""

    name: str
    labels: tuple[str, ...]
    stored: str
    read: Reader


def _other_titles() -> dict[str, list[str]]:
    titles = defaultdict(list)
    with OTHER_TITLES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            titles[row["column"]].append(row["title"])
    return titles


_OTHERS = _other_titles()


def _column(name: str, label: str, stored: str, read: Reader) -> ImportColumn:
    return ImportColumn(name, (*label.split("|"), *_OTHERS.get(name, ())), stored, read)


DOCUMENT = (
    _column("idType", "证件类型", "id_type", code(Table.ID_TYPE)),
    _column("idNumber", "证件号码|身份证号", "id_number", number),
)
EMPLOYER = (
    _column("employerCode", "单位代码", "employer_code", number_of(30)),
    _column("employerName", "单位名称", "employer_name", text(200)),
)
PERSON = (
    *DOCUMENT,
    _column("name", "姓名", "name", name),
    _column("sex", "性别", "sex", code(Table.SEX)),
    _column("birthDate", "出生日期", "birth_date", day),
    _column("ethnicGroup", "民族", "ethnic_group", code(Table.ETHNIC_GROUP)),
    _column("countryOrRegion", "国家/地区代码", "country_or_region", code(Table.COUNTRY_OR_REGION)),
    _column(
        "householdRegistrationType",
        "户口性质",
        "household_registration_type",
        code(Table.HOUSEHOLD_REGISTRATION_TYPE),
    ),
    _column(
        "householdRegistrationAddress", "户口所在地详细地址", "household_registration_address", text(ADDRESS_LENGTH)
    ),
    _column("residentialAddress", "常住地详细地址|常驻地址", "residential_address", text(ADDRESS_LENGTH)),
    _column("postalCode", "邮政编码", "postal_code", postal_code),
    _column("mobileNumber", "手机号码", "mobile_number", mobile),
    _column("workStartDate", "参加工作日期", "work_start_date", day),
    *EMPLOYER,
    _column("department", "所属部门", "department", text(100)),
    _column("employmentScope", "用工范围", "employment_scope", code(Table.EMPLOYMENT_SCOPE)),
    _column("hostEmployerName", "用工单位", "host_employer_name", text(200)),
    _column(
        "publicSectorStaffCategory",
        "机关事业单位人员类别",
        "public_sector_staff_category",
        code(Table.PUBLIC_SECTOR_STAFF_CATEGORY),
    ),
    _column("positionNature", "岗位性质", "position_nature", code(Table.POSITION_NATURE)),
    _column("disabilityGrade", "残疾人伤残等级", "disability_grade", code(Table.DISABILITY_GRADE)),
    _column("drawingPension", "领取养老待遇", "drawing_pension", yes_or_no),
)
NON_MAINLAND = (
    _column("chineseName", "中文姓名", "chinese_name", text(NAME_LENGTH)),
    _column("employmentPermitType", "就业证件类型", "employment_permit_type", code(Table.EMPLOYMENT_PERMIT_TYPE)),
    _column("employmentPermitExpiryDate", "就业证有效期限截止日期", "employment_permit_expiry_date", day),
    _column(
        "exemptionCertificateType",
        "互免协议证明类型",
        "exemption_certificate_type",
        code(Table.EXEMPTION_CERTIFICATE_TYPE),
    ),
    _column("certificateNumber", "证书或证明编号", "certificate_number", number_of(50)),
    _column("exemptionStartDate", "免检期限开始时间", "exemption_start_date", day),
    _column("exemptionEndDate", "免检期限截止时间", "exemption_end_date", day),
)
PARTICIPATION = (
    *DOCUMENT,
    _column("type", "险种", "type", code(Table.INSURANCE_TYPE)),
    _column("status", "参保状态", "status", code(Table.PARTICIPATION_STATUS)),
    _column("district", "参保区县", "district", code(Table.DISTRICT)),
    *EMPLOYER,
    _column("firstEnrolledOn", "首次参保日期", "first_enrolled_on", day),
    _column("startedOn", "开始日期", "started_on", day),
    _column("endedOn", "截止日期", "ended_on", day),
)
SUBSIDY = (
    *DOCUMENT,
    _column("district", "参保区县|补贴区县", "district", code(Table.DISTRICT)),
    _column("startsOn", "开始日期", "starts_on", day),
    _column("endsOn", "截止日期", "ends_on", day),
)
