"""个人基本信息查询, in GraphQL: the record, masked and in full."""

from datetime import date

import strawberry

from api.accesslog import service as access_log
from api.accesslog.schema import AccessLogConnection
from api.accounts.authorization import Act
from api.codes.schema import CodedValue, code_of
from api.codes.tables import CodeTableName
from api.db.query.row_types import JoinedRow
from api.encryption.opaque import opaque
from api.graphql.fields import joined, loaded, masked, plain
from api.graphql.pagination import empty_page
from api.graphql.types import NODE_ID, After, Before, First, Last, Node
from api.people import masks, service
from api.people import models as stored
from api.people.context import Info


@strawberry.type(description="单位（参保单位）。An employer.")
class Employer:
    """An employer, joined to the row of the person or participation."""

    row: strawberry.Private[JoinedRow]
    code: str = plain("code", "单位代码。The employer's code. Example: 120101000123.")
    name: str = plain("name", "单位名称。The employer's name.")


def _employer(row: JoinedRow) -> Employer:
    return Employer(row=row)


@strawberry.type(
    description="非大陆户籍人员信息。What is recorded only of people whose household is not registered on the mainland."
)
class NonMainlandInfo:
    """Permits and exemption certificates."""

    row: strawberry.Private[stored.NonMainlandInfo]
    chinese_name: str | None = masked(
        "chinese_name", masks.name, "中文姓名，脱敏。The Chinese name, masked. Example: 李*."
    )
    employment_permit_type: CodedValue | None = code_of(
        CodeTableName.EMPLOYMENT_PERMIT_TYPE, "employment_permit_type", "就业证件类型。The kind of employment permit."
    )
    employment_permit_expiry_date: date | None = plain(
        "employment_permit_expiry_date", "就业证有效期限截止日期。The last day of the employment permit."
    )
    exemption_certificate_type: CodedValue | None = code_of(
        CodeTableName.EXEMPTION_CERTIFICATE_TYPE,
        "exemption_certificate_type",
        "互免协议证明类型（签约国）。The agreement under which contributions are waived, by country.",
    )
    certificate_number: str | None = masked(
        "certificate_number",
        masks.certificate_number,
        "证书或证明编号，仅末四位。The certificate's number, last four signs only.",
    )
    exemption_start_date: date | None = plain("exemption_start_date", "免检期限开始时间。First day of the exemption.")
    exemption_end_date: date | None = plain("exemption_end_date", "免检期限截止时间。Last day of the exemption.")


def _participation_id(row: int) -> str:
    return f"participation_{opaque('participation', row)}"


@strawberry.type(description="参保信息：某一险种的一段参保。One period of one insurance.")
class InsuranceParticipation:
    """One period of one insurance."""

    row: strawberry.Private[stored.Participation]
    id: strawberry.ID = masked(
        "id", _participation_id, "编号，供客户端缓存；不透露数量。An id, for caches; says nothing about number."
    )
    type: CodedValue = code_of(CodeTableName.INSURANCE_TYPE, "type", "险种 AAE140。The insurance. Example: 110.")
    status: CodedValue = code_of(
        CodeTableName.PARTICIPATION_STATUS, "status", "参保状态 AAC031。Its state. Example: 1."
    )
    district: CodedValue | None = code_of(
        CodeTableName.DISTRICT, "district", "参保区县。The district. Example: 120101."
    )
    first_enrolled_on: date | None = plain("first_enrolled_on", "首次参保日期。When it was joined for the first time.")
    started_on: date | None = plain("started_on", "本次参保开始日期。The first day of this period.")
    ended_on: date | None = plain("ended_on", "本次参保截止日期。The last day of this period; null while it lasts.")
    employer: Employer | None = joined(
        "employer", "code", _employer, "参保单位；个人参保时为空。The employer that pays; null for one's own account."
    )


@strawberry.type
class RevealedRecord:
    """The facts of the record in full. api/schema/person.py adds those of the schemes."""

    row: strawberry.Private[stored.Person]
    name: str = plain("name", "姓名。The name as stored.")
    id_number: str = plain("id_number", "证件号码。The document's number.")
    birth_date: date | None = plain("birth_date", "出生日期。The date of birth.")
    mobile_number: str | None = plain("mobile_number", "手机号码。The mobile number.")
    household_registration_address: str | None = plain(
        "household_registration_address", "户口所在地详细地址。The address of the household registration."
    )
    residential_address: str | None = plain(
        "residential_address", "常住地详细地址（常驻地址）。Where the person lives."
    )
    disability_grade: CodedValue | None = code_of(
        CodeTableName.DISABILITY_GRADE,
        "disability_grade",
        "残疾人伤残等级，敏感个人信息。Grade of disability, sensitive under PIPL.",
    )

    @strawberry.field(description="证书或证明编号。The exemption certificate's number.")
    async def certificate_number(self, info: Info) -> str | None:
        found = await info.context.load(service.non_mainland_infos, self.row.id)
        return None if found is None else found.certificate_number

    @strawberry.field(description="中文姓名。The Chinese name of a person from elsewhere.")
    async def chinese_name(self, info: Info) -> str | None:
        found = await info.context.load(service.non_mainland_infos, self.row.id)
        return None if found is None else found.chinese_name


@strawberry.type
class PersonRecord(Node):
    """The record, masked, and who looked at it. api/schema/person.py adds what the schemes know of the person."""

    row: strawberry.Private[stored.Person]
    id: strawberry.ID = plain("public_id", NODE_ID)
    name: str = masked("name", masks.name, "姓名，脱敏，如 张*。The name, masked. Example: 张*.")
    id_type: CodedValue = code_of(
        CodeTableName.ID_TYPE, "id_type", "证件类型 AAC058。The kind of document. Example: 01."
    )
    id_number: str = masked(
        "id_number", masks.number, "证件号码，前三后四。The document's number, masked. Example: 120***********0013."
    )
    sex: CodedValue | None = code_of(CodeTableName.SEX, "sex", "性别 AAC004。Sex by GB/T 2261.1. Example: 1.")
    birth_date: str | None = masked(
        "birth_date", masks.birth_date, "出生日期，脱敏，如 1990-**-**。The date of birth, masked. Example: 1990-**-**."
    )
    ethnic_group: CodedValue | None = code_of(
        CodeTableName.ETHNIC_GROUP, "ethnic_group", "民族 AAC005。The ethnic group by GB/T 3304. Example: 01."
    )
    country_or_region: CodedValue | None = code_of(
        CodeTableName.COUNTRY_OR_REGION,
        "country_or_region",
        "国家/地区代码。Country or region, ISO 3166-1. Example: CHN.",
    )
    household_registration_type: CodedValue | None = code_of(
        CodeTableName.HOUSEHOLD_REGISTRATION_TYPE,
        "household_registration_type",
        "户口性质 AAC009。The kind of household registration. Example: 11.",
    )
    household_registration_address: str | None = masked(
        "household_registration_address",
        masks.address,
        "户口所在地详细地址，仅到区县。The address of the household registration, down to the district.",
    )
    residential_address: str | None = masked(
        "residential_address", masks.address, "常住地详细地址，仅到区县。Where the person lives, down to the district."
    )
    postal_code: str | None = plain("postal_code", "邮政编码。The postal code. Example: 300040.")
    mobile_number: str | None = masked(
        "mobile_number", masks.number, "手机号码，脱敏。The mobile number, masked. Example: 138****1234."
    )
    work_start_date: date | None = plain("work_start_date", "参加工作日期。When the person began to work.")
    department: str | None = plain("department", "所属部门。The department.")
    employment_scope: CodedValue | None = code_of(
        CodeTableName.EMPLOYMENT_SCOPE, "employment_scope", "用工范围。The scope of employment."
    )
    host_employer_name: str | None = plain(
        "host_employer_name", "用工单位。Where the person works, if another than the employer."
    )
    public_sector_staff_category: CodedValue | None = code_of(
        CodeTableName.PUBLIC_SECTOR_STAFF_CATEGORY,
        "public_sector_staff_category",
        "机关事业单位人员类别。The category of public-sector staff.",
    )
    position_nature: CodedValue | None = code_of(
        CodeTableName.POSITION_NATURE, "position_nature", "岗位性质。The nature of the position. Example: MANAGEMENT."
    )
    insured_district: CodedValue | None = code_of(
        CodeTableName.DISTRICT,
        "insured_district",
        "参保区县（统筹区）。The district of the newest participation or enrolment.",
    )
    recorded_on: date | None = plain(
        "recorded_on",
        "档案最近一次由业务系统更新的日期；本人在本厅申报的内容不改变档案。When the record was last updated by the offices; what the person "
        "declares here does not change it. Null where it is not known.",
    )
    non_mainland_info: NonMainlandInfo | None = loaded(
        service.non_mainland_infos,
        "id",
        NonMainlandInfo,
        "非大陆户籍人员信息；大陆居民为空。Null for mainland residents.",
    )
    insurances: list[InsuranceParticipation] = loaded(
        service.participations,
        "id",
        InsuranceParticipation,
        "参保信息，按开始日期。Every insurance participation, oldest first.",
    )
    employer: Employer | None = joined(
        "employer", "code", _employer, "参保单位；无单位时为空。The employer; null without one."
    )

    @strawberry.field(
        description="谁在何时为何查看过本记录，最新的在前；本人和全市主管可读，其他人得到空表。"
        "Who looked at this record, when and why, newest first. For the person and supervisors; empty for others."
    )
    async def access_log(
        self, info: Info, first: First = 20, after: After = None, last: Last = None, before: Before = None
    ) -> AccessLogConnection:
        if not service.may(await info.context.principal(), Act.READ_ACCESS_LOG, self.row):
            return AccessLogConnection(page=empty_page(), person=None)
        window = info.context.window(first, after, last, before)
        page = await access_log.entries(self.row.id, window, request_id=info.context.request_id)
        return AccessLogConnection(page=page, person=self.row.id)
