"""Code tables and coded values in GraphQL."""

from functools import partial
from typing import Annotated, Any

import strawberry

from api.codes.tables import Code, CodeTableName, table
from api.codes.tables import CodeTable as Table
from api.graphql import fields
from api.graphql.types import In, described
from api.text.i18n import Language

described(
    CodeTableName,
    "代码表名称。The code tables.",
    SEX="性别 GB/T 2261.1。Sex.",
    ETHNIC_GROUP="民族 GB/T 3304。Ethnic groups.",
    ID_TYPE="证件类型 AAC058。Identity documents.",
    HOUSEHOLD_REGISTRATION_TYPE="户口性质 AAC009。Kinds of household registration.",
    DISTRICT="参保区县（统筹区） GB/T 2260。Districts of the city.",
    COUNTRY_OR_REGION="国家/地区 ISO 3166-1。Countries and regions.",
    POSITION_NATURE="岗位性质。Nature of the position.",
    EMPLOYMENT_SCOPE="用工范围。Scope of employment.",
    PUBLIC_SECTOR_STAFF_CATEGORY="机关事业单位人员类别。Categories of public-sector staff.",
    DISABILITY_GRADE="残疾等级 GB/T 26341。Grades of disability.",
    INSURANCE_TYPE="险种 AAE140。Insurances.",
    PARTICIPATION_STATUS="参保状态 AAC031。States of a participation.",
    EMPLOYMENT_PERMIT_TYPE="就业证件类型。Employment permits.",
    EXEMPTION_CERTIFICATE_TYPE="互免协议证明类型。Certificates under exemption agreements.",
)


@strawberry.type(
    description="代码及其含义，如 01 汉族。A code with its meaning. Tables change without a release; a code that no table "
    "knows any more is shown as it is."
)
class CodedValue:
    """A stored code and the table that explains it."""

    table_name: strawberry.Private[CodeTableName]
    code: str = strawberry.field(description="代码，如 120101。The code. Example: 120101.")

    @strawberry.field(description="名称，如 和平区。The name. Example: 和平区.")
    def name(self, language: In = Language.ZH) -> str:
        return name_of(self.table_name, self.code, language)

    @strawberry.field(
        description="人社指标项代码，如 AAC005。National indicator code, such as AAC005; null where none is known."
    )
    def element(self) -> str | None:
        return table(self.table_name).element


def name_of(codes: CodeTableName, code: str, language: Language | None) -> str:
    """Return the name of a code; the code itself if the table does not have it."""
    known = table(codes).get(code)
    return known.name.say(language) if known else code


def coded(name: CodeTableName, code: str | None) -> CodedValue | None:
    """Return `code` of the table `name`, or None where nothing is stored."""
    return None if code is None else CodedValue(table_name=name, code=code)


def code_of(codes: CodeTableName, column: str, description: str) -> Any:
    """Return a field that shows the code in `column` with its name from the table `codes`."""

    def is_known(code: str) -> bool:
        return table(codes).get(code) is not None

    return fields.coded(column, partial(coded, codes), is_known, description)


@strawberry.type(description="代码表中的一项。One entry of a code table.")
class CodeTableEntry:
    """One line of a drop-down."""

    entry: strawberry.Private[Code]

    @strawberry.field(description="代码。The code. Example: 01.")
    def code(self) -> str:
        return self.entry.code

    @strawberry.field(description="名称。The name. Example: 汉族.")
    def name(self, language: In = Language.ZH) -> str:
        return self.entry.name.say(language)

    @strawberry.field(description="可否在表单中选择。Whether a form may offer it; others appear in old records only.")
    def selectable(self) -> bool:
        return self.entry.selectable

    @strawberry.field(description="是否已停用。Whether it is retired: still inside old data, never given anew.")
    def retired(self) -> bool:
        return self.entry.retired

    @strawberry.field(
        description="出处或停用依据，中文；属于所列标准且未停用的为空。Where the entry comes from if not from the table's standard, or why "
        "it was retired, in Chinese; null otherwise. Example: 不属于GB/T 3304，为人口统计所用的代码."
    )
    def source(self) -> str | None:
        return self.entry.source


@strawberry.type(description="代码表（下拉框的来源）。A code table: what a drop-down shows.")
class CodeTable:
    """One official table."""

    table: strawberry.Private[Table]

    @strawberry.field(description="名称。Which table this is.")
    def name(self) -> CodeTableName:
        return self.table.name

    @strawberry.field(description="标题，如 民族。The title. Example: 民族.")
    def title(self, language: In = Language.ZH) -> str:
        return self.table.title.say(language)

    @strawberry.field(
        description="所依据的标准，如 GB/T 3304。The standard it follows; null where nobody published one."
    )
    def standard(self) -> str | None:
        return self.table.standard

    @strawberry.field(description="各项，按代码表顺序。The entries, in the table's order.")
    def entries(
        self,
        include_retired: Annotated[
            bool | None,
            strawberry.argument(description="是否包括已停用的代码，默认否。Whether retired codes come too."),
        ] = False,
    ) -> list[CodeTableEntry]:
        return [CodeTableEntry(entry=entry) for entry in self.table.entries if include_retired or not entry.retired]


@strawberry.type
class CodesQuery:
    """The part of Query about code tables."""

    @strawberry.field(description="读取一张代码表，公开。One code table. Public. Example: codeTable(name: DISTRICT).")
    def code_table(
        self,
        name: Annotated[CodeTableName, strawberry.argument(description="哪一张表。Which table. Example: DISTRICT.")],
    ) -> CodeTable | None:
        return CodeTable(table=table(name))
