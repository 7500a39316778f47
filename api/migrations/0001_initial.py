from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from api.accounts.models import Role, SessionKind
from api.enrolment.status import EnrolmentStatus
from api.people.models import new_person_id


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Employer",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("code", fields.CharField(unique=True, max_length=30)),
                ("name", fields.CharField(max_length=200)),
            ],
            options={
                "table": "employer",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "单位: who employs, known by its 单位代码.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Person",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(default=new_person_id, unique=True, max_length=40)),
                ("id_type", fields.CharField(max_length=2)),
                ("id_number", fields.CharField(max_length=30)),
                ("name", fields.CharField(max_length=100)),
                (
                    "folded_name",
                    fields.CharField(description="the name as searched: see people/names.py", max_length=100),
                ),
                ("sex", fields.CharField(null=True, max_length=1)),
                ("birth_date", fields.DateField(null=True)),
                ("ethnic_group", fields.CharField(null=True, max_length=2)),
                ("country_or_region", fields.CharField(null=True, max_length=3)),
                ("household_registration_type", fields.CharField(null=True, max_length=2)),
                ("household_registration_address", fields.CharField(null=True, max_length=200)),
                ("residential_address", fields.CharField(null=True, max_length=200)),
                ("postal_code", fields.CharField(null=True, max_length=10)),
                ("mobile_number", fields.CharField(null=True, max_length=20)),
                ("work_start_date", fields.DateField(null=True)),
                (
                    "employer",
                    fields.ForeignKeyField(
                        "hall.Employer",
                        source_field="employer_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="staff",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("department", fields.CharField(null=True, max_length=100)),
                ("employment_scope", fields.CharField(null=True, max_length=2)),
                ("host_employer_name", fields.CharField(null=True, max_length=200)),
                ("public_sector_staff_category", fields.CharField(null=True, max_length=2)),
                ("position_nature", fields.CharField(null=True, max_length=10)),
                ("disability_grade", fields.CharField(null=True, max_length=1)),
                ("drawing_pension", fields.BooleanField(default=False)),
                (
                    "insured_district",
                    fields.CharField(
                        null=True,
                        description="参保区县: of the newest participation or enrolment, whose staff may look",
                        max_length=6,
                    ),
                ),
            ],
            options={
                "table": "person",
                "app": "hall",
                "unique_together": (("id_type", "id_number"),),
                "indexes": [
                    Index(fields=["insured_district", "id"]),
                    Index(fields=["folded_name"]),
                    Index(fields=["id_number"]),
                ],
                "pk_attr": "id",
                "table_description": "参保人: the facts of 个人基本信息查询, codes as in api/codes/tables.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AccessLogEntry",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "hall.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="access_log",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("actor", fields.CharField(description="the account", max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("purpose", fields.CharField(max_length=200)),
                ("fields_seen", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("request_id", fields.CharField(max_length=36)),
            ],
            options={
                "table": "access_log_entry",
                "app": "hall",
                "indexes": [Index(fields=["person_id", "id"])],
                "pk_attr": "id",
                "table_description": "访问记录: one use of somebody's record. Rows are added and never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Account",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(unique=True, max_length=64)),
                ("password_hash", fields.CharField(max_length=200)),
                (
                    "role",
                    fields.CharEnumField(
                        description="CITIZEN: CITIZEN\nCLERK: CLERK\nSUPERVISOR: SUPERVISOR",
                        enum_type=Role,
                        max_length=10,
                    ),
                ),
                (
                    "person",
                    fields.OneToOneField(
                        "hall.Person",
                        source_field="person_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="account",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("organisation", fields.CharField(default="", max_length=100)),
                (
                    "districts",
                    fields.JSONField(
                        default=list,
                        description="the 区县 of a clerk, empty for a supervisor, who sees all",
                        encoder=JSON_DUMPS,
                        decoder=loads,
                    ),
                ),
                (
                    "demo",
                    fields.BooleanField(
                        default=False, description="invented, so that a production Hall refuses to start"
                    ),
                ),
            ],
            options={
                "table": "account",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "账号: somebody who can sign in. A citizen has a person, a member of staff an organisation.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Consent",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "hall.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="consents",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "account",
                    fields.ForeignKeyField(
                        "hall.Account",
                        source_field="account_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="consents",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("scheme", fields.CharField(max_length=40)),
                ("notice_version", fields.CharField(max_length=40)),
                ("notice_digest", fields.CharField(max_length=64)),
                ("given_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "consent",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "同意: who accepted which text of a notice, and when.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IdempotencyRecord",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "hall.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="kept_answers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("key", fields.CharField(max_length=64)),
                ("operation", fields.CharField(max_length=40)),
                ("content_digest", fields.CharField(max_length=64)),
                ("enrolment_id", fields.CharField(description="the public id of what came of it", max_length=40)),
                ("kept_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "kept_answer",
                "app": "hall",
                "unique_together": (("account", "key"),),
                "pk_attr": "id",
                "table_description": "The outcome under an idempotency key: one answer per account and key, whoever asks again.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NonMainlandInfo",
            fields=[
                (
                    "person",
                    fields.OneToOneField(
                        "hall.Person",
                        source_field="person_id",
                        primary_key=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="non_mainland_info",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("chinese_name", fields.CharField(null=True, max_length=100)),
                ("employment_permit_type", fields.CharField(null=True, max_length=2)),
                ("employment_permit_expiry_date", fields.DateField(null=True)),
                ("exemption_certificate_type", fields.CharField(null=True, max_length=3)),
                ("certificate_number", fields.CharField(null=True, max_length=50)),
                ("exemption_start_date", fields.DateField(null=True)),
                ("exemption_end_date", fields.DateField(null=True)),
            ],
            options={
                "table": "non_mainland_info",
                "app": "hall",
                "pk_attr": "person_id",
                "table_description": "非大陆户籍人员信息: only of people whose household is not registered on the mainland.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Participation",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "hall.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="participations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("type", fields.CharField(description="险种 AAE140", max_length=3)),
                ("status", fields.CharField(description="参保状态 AAC031", max_length=1)),
                ("district", fields.CharField(null=True, max_length=6)),
                (
                    "employer",
                    fields.ForeignKeyField(
                        "hall.Employer",
                        source_field="employer_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="participations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("first_enrolled_on", fields.DateField(null=True)),
                ("started_on", fields.DateField(null=True)),
                ("ended_on", fields.DateField(null=True)),
            ],
            options={
                "table": "participation",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "参保信息: one period of one insurance, paid by an employer or by the person.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Receipt",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("number", fields.CharField(unique=True, max_length=30)),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("digest", fields.CharField(max_length=64)),
                ("lines", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "receipt",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "回执: what a person takes away. Its lines are kept as they were printed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FlexibleEmploymentEnrolment",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, max_length=40)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "hall.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="flexible_employment",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="REGISTERED: REGISTERED\nACTIVE: ACTIVE\nSUSPENDED: SUSPENDED\nTERMINATED: TERMINATED\nWITHDRAWN: WITHDRAWN",
                        enum_type=EnrolmentStatus,
                        max_length=10,
                    ),
                ),
                ("district", fields.CharField(max_length=6)),
                ("registered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("channel", fields.CharField(max_length=10)),
                ("notice_version", fields.CharField(max_length=40)),
                ("rules_version", fields.CharField(max_length=40)),
                ("verdict", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("household_registration_type", fields.CharField(max_length=2)),
                ("ethnic_group", fields.CharField(max_length=2)),
                ("residential_address", fields.CharField(max_length=200)),
                ("mobile_number", fields.CharField(max_length=20)),
                ("position_nature", fields.CharField(null=True, max_length=10)),
                (
                    "consent",
                    fields.OneToOneField(
                        "hall.Consent",
                        source_field="consent_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="enrolment",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "receipt",
                    fields.OneToOneField(
                        "hall.Receipt",
                        source_field="receipt_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="enrolment",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("withdrawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("withdrawal_reason", fields.CharField(null=True, max_length=200)),
            ],
            options={
                "table": "flexible_employment_enrolment",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "灵活就业参保登记: one enrolment, with the verdict as it was given and the form as it was sent.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("secret_digest", fields.CharField(unique=True, max_length=64)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "hall.Account",
                        source_field="account_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="BROWSER: BROWSER\nPROGRAM: PROGRAM", enum_type=SessionKind, max_length=10
                    ),
                ),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "会话: one sign-in. Only the digest of its secret is stored.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Subsidy",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "hall.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="subsidies",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("district", fields.CharField(max_length=6)),
                ("starts_on", fields.DateField()),
                ("ends_on", fields.DateField(null=True)),
            ],
            options={
                "table": "subsidy",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "社保补贴: while it lasts, only its district may be chosen.",
            },
            bases=["Model"],
        ),
    ]
