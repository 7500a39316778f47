"""The outbox: a change of an enrolment and the messages about it are one transaction; `api/webhooks/` sends them."""

from datetime import date, datetime

from api.db.query.rows import Rows
from api.db.transactions.unit_of_work import Work, insert_row, read_rows
from api.enrolment.models import StoredEnrolment, Webhook, WebhookMessage, new_public_id
from api.enrolment.status import EnrolmentStatus


def write_messages(enrolment: StoredEnrolment, status: EnrolmentStatus, since: date, now: datetime) -> Work[None]:
    """Write a message about the status of an enrolment for each active webhook."""
    for webhook in (yield from read_rows(Rows(Webhook).where(active=True).only(("id",)))):
        yield from insert_row(
            WebhookMessage,
            public_id=new_public_id("message"),
            webhook_id=webhook.id,
            person_id=enrolment.person_id,
            enrolment_id=enrolment.public_id,
            district=enrolment.district,
            registered_at=enrolment.registered_at,
            status=status,
            since=since,
            noted_at=now,
            attempts=0,
            due_at=now,
            given_up=False,
        )
