from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from api.encryption.columns import EncryptedText
from api.enrolment.status import EnrolmentStatus


class Migration(migrations.Migration):
    dependencies = [("hall", "0018_chains")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Webhook",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, max_length=40)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "hall.Account",
                        source_field="account_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="webhooks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("url", fields.CharField(max_length=500)),
                (
                    "document",
                    fields.TextField(description="the GraphQL document that shapes the messages", unique=False),
                ),
                ("purpose", fields.CharField(description="why, as people read it in their access log", max_length=200)),
                ("secret", EncryptedText(description="signs the messages", max_length=60, row="public_id")),
                ("active", fields.BooleanField(default=True, description="whether messages are still written for it")),
                ("added_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "webhook",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "通知接收方: another system that is told when the status of an enrolment changes.",
            },
            bases=["EncryptedModel"],
        ),
        ops.CreateModel(
            name="WebhookMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, description="the same in every attempt", max_length=40)),
                (
                    "webhook",
                    fields.ForeignKeyField(
                        "hall.Webhook",
                        source_field="webhook_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="messages",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "hall.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="webhook_messages",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("enrolment_id", fields.CharField(description="the public id of the enrolment", max_length=40)),
                ("district", fields.CharField(max_length=6)),
                ("registered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "status",
                    fields.CharEnumField(
                        description="REGISTERED: REGISTERED\nACTIVE: ACTIVE\nSUSPENDED: SUSPENDED\nTERMINATED: TERMINATED\nWITHDRAWN: WITHDRAWN",
                        enum_type=EnrolmentStatus,
                        max_length=10,
                    ),
                ),
                ("since", fields.DateField()),
                ("noted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("attempts", fields.IntField(default=0)),
                (
                    "due_at",
                    fields.DatetimeField(
                        db_index=True,
                        description="of the next attempt, or the end of the lease of this one",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
                (
                    "given_up",
                    fields.BooleanField(
                        default=False, description="after too many attempts, until an operator tries again"
                    ),
                ),
            ],
            options={
                "table": "webhook_message",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "待发通知: a change of an enrolment that one webhook has not accepted yet.",
            },
            bases=["Model"],
        ),
    ]
