"""What the law demands, as constraints of the database: Tortoise's models cannot say these."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """One standing enrolment per person, and no status or period that cannot be."""

    dependencies = [("hall", "0001_initial")]

    operations = [
        ops.RunSQL(
            # guard: one-standing-enrolment
            "CREATE UNIQUE INDEX one_standing_enrolment ON flexible_employment_enrolment (person_id) "
            "WHERE status IN ('REGISTERED', 'ACTIVE', 'SUSPENDED')",
            reverse_sql="DROP INDEX one_standing_enrolment",
        ),
    ]
