"""Changes the 32-bit keys of PostgreSQL tables to 64 bits while the Hall serves.

ALTER COLUMN TYPE rewrites a table under a lock that excludes readers. So each key gets a second, wide column beside it,
which a trigger fills for new rows and batches fill for old ones; indexes are built CONCURRENTLY; then one short
transaction puts the wide columns in the place of the others. Interrupted anywhere, a later run goes on.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

import asyncpg

from api.db.postgresql.online import briefly, build_index, fetch

# Smaller tables are rewritten: that takes milliseconds.
SMALL_BYTES = 1_000_000
# Citizens wait for the rows of a batch. It has as many rows as are changed in this time, and at most so many.
BATCH_SECONDS = 0.1
BATCH_ROWS = 5_000
WIDE = "_wide"
NARROW_KEYS = """
SELECT a.attname AS name, a.attnotnull AS is_required, a.attnum = ANY (p.conkey) AS is_primary,
       pg_get_serial_sequence(quote_ident(c.relname), a.attname) AS sequence,
       col_description(c.oid, a.attnum) AS description
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
JOIN pg_constraint p ON p.conrelid = c.oid AND p.contype = 'p'
WHERE c.oid = $1::text::regclass AND a.atttypid = 'int4'::regtype AND NOT a.attisdropped
  AND EXISTS (SELECT FROM pg_constraint k
              WHERE k.conrelid = c.oid AND k.contype IN ('p', 'f') AND a.attnum = ANY (k.conkey))
ORDER BY a.attnum"""
INDEXES = """
SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition, k.contype::text AS constraint_type
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u')
WHERE i.indrelid = $1::text::regclass AND i.indisvalid
  AND EXISTS (SELECT FROM pg_attribute a
              WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attname = ANY ($2::text[]))
ORDER BY c.relname"""
FOREIGN_KEYS = """
SELECT k.conname AS name, k.conrelid::regclass::text AS source, k.confrelid::regclass::text AS target,
       pg_get_constraintdef(k.oid) AS definition
FROM pg_constraint k JOIN pg_attribute a ON a.attname = ANY ($2::text[])
WHERE k.contype = 'f' AND a.attrelid = $1::text::regclass
  AND ((k.conrelid = a.attrelid AND a.attnum = ANY (k.conkey))
       OR (k.confrelid = a.attrelid AND a.attnum = ANY (k.confkey)))
GROUP BY k.oid, k.conname ORDER BY k.conname"""
# Changing the type of a key checks each row that refers to it.
BYTES = """
SELECT pg_relation_size($1::text::regclass) + coalesce(sum(pg_relation_size(conrelid)), 0)
FROM pg_constraint WHERE contype = 'f' AND confrelid = $1::text::regclass"""
# A Hall of 0.2.0 answers INTERNAL where a prepared statement returns another type than before, and BUSY where its
# connection has ended. Without the right to end it, both are left.
END_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
  AND pg_has_role(usesysid, 'USAGE')"""
NOT_VALIDATED = """
SELECT k.conname AS name, k.conrelid::regclass::text AS source FROM pg_constraint k
WHERE k.contype = 'f' AND NOT k.convalidated AND $1::text::regclass IN (k.conrelid, k.confrelid)"""
logger = logging.getLogger("hall")


@dataclass(frozen=True, slots=True)
class Key:
    """A 32-bit column of a primary or foreign key."""

    name: str
    is_required: bool
    is_primary: bool
    sequence: str | None
    description: str | None

    @property
    def wide(self) -> str:
        """The name of the column that takes its place."""
        return f"{self.name}{WIDE}"


@dataclass(slots=True)
class Table:
    """A table with 32-bit keys."""

    name: str
    keys: Sequence[Key]
    # CREATE INDEX, by the names of the indexes that take the place of others.
    indexes: dict[str, asyncpg.Record] = field(default_factory=dict)

    @property
    def primary_key(self) -> str:
        """The column by which batches are taken."""
        return next(key.name for key in self.keys if key.is_primary)

    @property
    def names(self) -> list[str]:
        """The names of the keys."""
        return [key.name for key in self.keys]


async def widen_keys(connection: asyncpg.Connection, tables: Sequence[str]) -> None:
    """Give all primary and foreign keys of these tables 64 bits."""
    for name in tables:
        rows = await fetch(connection, NARROW_KEYS, name)
        keys = [Key(**{each: row[each] for each in Key.__slots__}) for row in rows]
        if keys:
            [[size]] = await fetch(connection, BYTES, name)
            table = Table(name, keys)
            await (_rewrite(connection, table) if size < SMALL_BYTES else _replace(connection, table))
        for row in await fetch(connection, NOT_VALIDATED, name):
            # Takes a lock that excludes neither readers nor writers.
            await connection.execute(f"ALTER TABLE {row['source']} VALIDATE CONSTRAINT {row['name']}")


async def _rewrite(connection: asyncpg.Connection, table: Table) -> None:
    """Change the types of a small table's columns, to which no large table refers."""
    await _drop_wide_columns(connection, table)
    types = ", ".join(f"ALTER COLUMN {key.name} TYPE bigint" for key in table.keys)
    sequences = [f"ALTER SEQUENCE {key.sequence} AS bigint" for key in table.keys if key.sequence]
    await briefly(connection, [f"ALTER TABLE {table.name} {types}", *sequences, END_CONNECTIONS])


async def _drop_wide_columns(connection: asyncpg.Connection, table: Table) -> None:
    """Undo what an interrupted run has added to a table that has become small."""
    columns = ", ".join(f"DROP COLUMN IF EXISTS {key.wide}" for key in table.keys)
    name = f"{table.name}{WIDE}"
    drops = [f"DROP TRIGGER IF EXISTS {name} ON {table.name}", f"DROP FUNCTION IF EXISTS {name}()"]
    await briefly(connection, [*drops, f"ALTER TABLE {table.name} {columns}"])


async def _replace(connection: asyncpg.Connection, table: Table) -> None:
    """Put wide columns in the place of a large table's columns."""
    await briefly(connection, _add_columns(table))
    await _fill(connection, table)
    for key in (key for key in table.keys if key.is_required):
        await connection.execute(f"ALTER TABLE {table.name} VALIDATE CONSTRAINT {_check(table, key)}")
    for row in await fetch(connection, INDEXES, table.name, table.names):
        name = f"{row['name'][: 63 - len(WIDE)]}{WIDE}"
        table.indexes[name] = row
        await build_index(connection, name, _definition_of(table, row))
    foreign_keys = await fetch(connection, FOREIGN_KEYS, table.name, table.names)
    began = perf_counter()
    await briefly(connection, _swap(table, foreign_keys))
    logger.info("the keys of %s have 64 bits; the swap took %.2f s", table.name, perf_counter() - began)


def _add_columns(table: Table) -> list[str]:
    columns = ", ".join(f"ADD COLUMN IF NOT EXISTS {key.wide} bigint" for key in table.keys)
    copies = " ".join(f"NEW.{key.wide} := NEW.{key.name};" for key in table.keys)
    name = f"{table.name}{WIDE}"
    checks = [
        f"ALTER TABLE {table.name} DROP CONSTRAINT IF EXISTS {_check(table, key)}, "
        f"ADD CONSTRAINT {_check(table, key)} CHECK ({key.wide} IS NOT NULL) NOT VALID"
        for key in table.keys
        if key.is_required
    ]
    return [
        f"ALTER TABLE {table.name} {columns}",
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {copies} RETURN NEW; END $$",
        f"DROP TRIGGER IF EXISTS {name} ON {table.name}",
        f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table.name} FOR EACH ROW EXECUTE FUNCTION {name}()",
        *checks,
    ]


async def _fill(connection: asyncpg.Connection, table: Table) -> None:
    """Fill the wide columns of rows that lack them, in batches with as long a pause after each."""
    key = table.primary_key
    values = ", ".join(f"{each.wide} = t.{each.name}" for each in table.keys)
    batch = f"""
        WITH chosen AS (SELECT {key} FROM {table.name} WHERE {key} > $1 ORDER BY {key} LIMIT $2),
        filled AS (UPDATE {table.name} t SET {values} FROM chosen
                   WHERE t.{key} = chosen.{key} AND t.{key}{WIDE} IS NULL)
        SELECT max({key}) FROM chosen"""  # noqa: S608 - names from the catalogue
    first = f"SELECT min({key}) - 1 FROM {table.name} WHERE {key}{WIDE} IS NULL"  # noqa: S608 - as above
    [[last]] = await fetch(connection, first)
    rows = max(1, BATCH_ROWS // 10)
    while last is not None:
        began = perf_counter()
        [[last]] = await fetch(connection, batch, last, rows)
        seconds = perf_counter() - began
        await asyncio.sleep(seconds)
        rows = min(BATCH_ROWS, max(1, int(rows * BATCH_SECONDS / seconds)))
    # The old versions of all rows are space for new ones.
    await connection.execute(f"VACUUM {table.name}")


def _definition_of(table: Table, index: asyncpg.Record) -> str:
    """Return the CREATE INDEX of an index with the wide columns in the place of the others."""
    head, using, columns = str(index["definition"]).partition(" USING ")
    words = columns.replace("(", " ( ").replace(")", " ) ").replace(",", " , ").split()
    wide = " ".join(f"{word}{WIDE}" if word in table.names else word for word in words)
    unique = "UNIQUE " if head.startswith("CREATE UNIQUE") else ""
    return f"CREATE {unique}INDEX CONCURRENTLY {{name}} ON {table.name}{using}{wide}"


def _check(table: Table, key: Key) -> str:
    return f"{table.name}_{key.name}{WIDE}"


def _swap(table: Table, foreign_keys: Sequence[asyncpg.Record]) -> list[str]:
    """Return the statements that put the wide columns in the place of the others, in one transaction."""
    alter = f"ALTER TABLE {table.name}"
    involved = sorted({table.name, *(each[side] for each in foreign_keys for side in ("source", "target"))})
    return [
        # In one order, which excludes deadlocks between two of these.
        f"LOCK TABLE {', '.join(involved)} IN ACCESS EXCLUSIVE MODE",
        *(f"ALTER TABLE {each['source']} DROP CONSTRAINT {each['name']}" for each in foreign_keys),
        f"DROP TRIGGER {table.name}{WIDE} ON {table.name}",
        f"DROP FUNCTION {table.name}{WIDE}()",
        *(statement for key in table.keys for statement in _swap_column(table, key)),
        *(_swap_index(alter, name, row) for name, row in table.indexes.items()),
        *(
            f"ALTER TABLE {each['source']} ADD CONSTRAINT {each['name']} "
            f"{each['definition'].removesuffix(' NOT VALID')} NOT VALID"
            for each in foreign_keys
        ),
        END_CONNECTIONS,
    ]


def _swap_column(table: Table, key: Key) -> list[str]:
    alter = f"ALTER TABLE {table.name}"
    statements = []
    if key.is_required:
        # The validated constraint spares a scan of the table.
        statements += [
            f"{alter} ALTER COLUMN {key.wide} SET NOT NULL",
            f"{alter} DROP CONSTRAINT {_check(table, key)}",
        ]
    if key.sequence:
        statements += [
            f"ALTER SEQUENCE {key.sequence} OWNED BY {table.name}.{key.wide}",
            f"{alter} ALTER COLUMN {key.wide} SET DEFAULT nextval('{key.sequence}')",
            f"ALTER SEQUENCE {key.sequence} AS bigint",
        ]
    # Drops its indexes and constraints too.
    statements += [f"{alter} DROP COLUMN {key.name}", f"{alter} RENAME COLUMN {key.wide} TO {key.name}"]
    if key.description:
        description = key.description.replace("'", "''")
        statements.append(f"COMMENT ON COLUMN {table.name}.{key.name} IS '{description}'")
    return statements


def _swap_index(alter: str, name: str, row: asyncpg.Record) -> str:
    kind = {"p": "PRIMARY KEY", "u": "UNIQUE"}.get(row["constraint_type"])
    if kind is None:
        return f"ALTER INDEX {name} RENAME TO {row['name']}"
    return f"{alter} ADD CONSTRAINT {row['name']} {kind} USING INDEX {name}"
