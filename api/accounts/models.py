"""Who signs in: accounts, their sessions, and wrong tries."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model


class Role(StrEnum):
    """What an account is for; `Viewer.roles` shows it."""

    CITIZEN = "CITIZEN"
    CLERK = "CLERK"
    SUPERVISOR = "SUPERVISOR"


class SessionKind(StrEnum):
    """How a session is carried: by a browser's cookie, or by a program's bearer token."""

    BROWSER = "BROWSER"
    PROGRAM = "PROGRAM"


class Account(Model):
    """账号: somebody who can sign in. A citizen has a person, a member of staff an organisation."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=64, unique=True)
    password_hash = fields.CharField(max_length=200)
    role = fields.CharEnumField(Role, max_length=10)
    person: fields.OneToOneNullableRelation[Any] = fields.OneToOneField(
        "hall.Person", related_name="account", null=True, on_delete=fields.RESTRICT
    )
    organisation = fields.CharField(max_length=100, default="")
    districts: fields.JSONField[list[str]] = fields.JSONField(
        default=list, description="the 区县 of a clerk, empty for a supervisor, who sees all"
    )
    disabled = fields.BooleanField(default=False, description="nobody can sign in with it until it is enabled")
    demo = fields.BooleanField(default=False, description="invented, so that a production Hall refuses to start")

    person_id: int | None

    class Meta:
        table = "account"


class Session(Model):
    """会话: one sign-in. Only the digest of its secret is stored."""

    id = fields.BigIntField(primary_key=True)
    secret_digest = fields.CharField(max_length=64, unique=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "hall.Account", related_name="sessions", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharEnumField(SessionKind, max_length=10)
    started_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    device = fields.CharField(max_length=40, null=True, description="browser and system, by names of a table")
    network = fields.CharField(max_length=50, null=True, description="the network around the address it began from")

    class Meta:
        table = "session"


class WrongTries(Model):
    """登录失败次数: how often a wrong password was tried lately, by account and address, by either alone."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=64, unique=True, description="a digest: neither account nor address is stored")
    wrong = fields.IntField()
    until = fields.DatetimeField(db_index=True)

    class Meta:
        table = "wrong_tries"
