"""Constraints that Tortoise's models cannot express: partial unique indexes and checks."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """One enrolment in force per person, and only valid statuses and periods."""

    dependencies = [("hall", "0001_initial")]

    operations = [
        ops.RunSQL(
            # guard: one-standing-enrolment
            "CREATE UNIQUE INDEX one_standing_enrolment ON flexible_employment_enrolment (person_id) "
            "WHERE status IN ('REGISTERED', 'ACTIVE', 'SUSPENDED')",
            reverse_sql="DROP INDEX one_standing_enrolment",
        ),
    ]
