"""Migrations are expand-and-contract, and lock no table for long: an older Hall serves while they run, and after.

An operator migrates first and then replaces the servers one by one. So a migration may only add what an older release
does not need; what it removes must have been unused since a release. Such a migration names that release in a comment,
`# contracts: 0.3.0`. Migrations up to 0016 were written before this rule.
"""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT

LAST_EXEMPT = 16
RELEASES = {file.stem for file in (ROOT / "tests" / "upgrade").glob("*.json")}
CONTRACTS = re.compile(r"^# contracts: (\S+)$", re.MULTILINE)
# What an older release would miss.
CONTRACTING = (
    r"ops\.(Remove|Rename|Delete)\w+",
    r"\b(DROP|RENAME)\s+(COLUMN|TABLE|VIEW|TRIGGER|FUNCTION)\b",
    r"\bRENAME\s+TO\b",
    r"\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b",
    r"\bSET\s+NOT\s+NULL\b",
)
# What locks a large table while it reads all of it.
LOCKING = {
    r"\bCREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)": "build it by build_index of api/db/postgresql/online.py",
    r"ops\.(AddIndex|AddConstraint)\b": "build it by build_index of api/db/postgresql/online.py, with StateOnly",
    r"\bADD\s+CONSTRAINT\b(?![^;\"']*(NOT\s+VALID|USING\s+INDEX))": "add it NOT VALID, then VALIDATE it",
    r"ops\.AlterField\b": "change the column by SQL with short locks, with StateOnly",
}
STATE_ONLY = re.compile(r"StateOnly\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)")
SQLITE_ONLY = re.compile(
    r"^SQLITE\w* = (\((?:[^()]|\([^()]*\))*\)|\"\"\".*?\"\"\"|\"[^\"\n]*\")", re.MULTILINE | re.DOTALL
)


def refusals(source: str) -> Iterator[str]:
    """Yield what is wrong with a migration."""
    code = SQLITE_ONLY.sub("", STATE_ONLY.sub("", source))
    contracts = CONTRACTS.search(source)
    if contracts is not None and contracts[1] not in RELEASES:
        yield f"{contracts[1]} is no release in tests/upgrade"
    if contracts is None:
        for pattern in CONTRACTING:
            for found in re.finditer(pattern, code, re.IGNORECASE):
                yield f"{found[0]}: an older Hall needs it; remove it a release later, with `# contracts: RELEASE`"
    for pattern, cure in LOCKING.items():
        for found in re.finditer(pattern, code, re.IGNORECASE):
            yield f"{found[0].strip()}: {cure}"


def test_migrations_are_online() -> None:
    """No migration takes from an older Hall what it needs, or locks a table for as long as it takes to read it."""
    later = [file for file in (ROOT / "api" / "migrations").glob("0*.py") if int(file.name[:4]) > LAST_EXEMPT]
    assert [f"{file.name}: {each}" for file in later for each in refusals(file.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "source",
    [
        'operations = [ops.RemoveField(model_name="Person", name="name")]',
        'operations = [ops.RenameField(model_name="Person", old="a", new="b")]',
        'POSTGRESQL = ("ALTER TABLE person DROP COLUMN name",)',
        'POSTGRESQL = ("ALTER TABLE person ALTER COLUMN name TYPE text",)',
        'POSTGRESQL = ("ALTER TABLE person ALTER COLUMN name SET NOT NULL",)',
        'ops.RunSQL("DROP TABLE person")',
        'POSTGRESQL = ("CREATE INDEX by_name ON person (name)",)',
        'operations = [ops.AddIndex(model_name="Person", index=Index(fields=["name"]))]',
        'ops.RunSQL("ALTER TABLE person ADD CONSTRAINT named CHECK (name IS NOT NULL)")',
        '# contracts: 9.9.9\noperations = [ops.RemoveField(model_name="Person", name="name")]',
    ],
)
def test_contracting_and_locking_are_refused(source: str) -> None:
    """Each of these would stop an older Hall, or all of them."""
    assert list(refusals(source))


@pytest.mark.parametrize(
    "source",
    [
        'operations = [ops.AddField(model_name="Person", name="email", field=fields.TextField(null=True))]',
        'operations = [ops.CreateModel(name="Note", fields=[("id", fields.BigIntField(primary_key=True))])]',
        'operations = [StateOnly(ops.AlterField(model_name="Person", name="id", field=fields.BigIntField()))]',
        'SQLITE = "CREATE INDEX by_name ON person (name)"',
        'INDEX = "CREATE INDEX CONCURRENTLY {name} ON person (name)"',
        'ops.RunSQL("ALTER TABLE person ADD CONSTRAINT named CHECK (name IS NOT NULL) NOT VALID")',
        '# contracts: 0.2.0\noperations = [ops.RemoveField(model_name="Person", name="name")]',
    ],
)
def test_expanding_is_accepted(source: str) -> None:
    """Additions, changes of the state alone, and removals that an earlier release has prepared."""
    assert list(refusals(source)) == []


def test_releases_are_recorded() -> None:
    """The files of the upgrade tests name the releases."""
    assert {"0.1.0", "0.2.0"} <= RELEASES
    assert len(list((ROOT / "api" / "migrations").glob("0*.py"))) >= LAST_EXEMPT
