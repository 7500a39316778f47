"""Names and insurances are found through indexes: the same people as by comparing, and on the way that is meant."""

import random
import re
from collections.abc import AsyncIterator, Sequence
from itertools import product
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from api import clock
from api.accounts.models import Role
from api.accounts.service import Asker
from api.db.database import connected
from api.db.query.rows import Rows
from api.db.query.statements import compile_sql
from api.people import names, service
from api.people.models import Participation, Person
from api.people.service import Filter
from api.settings import Settings
from tests.hall import Hall

# What tokenizers and patterns take for something else: beyond the first plane, combined, reserved, unprintable.
SIGNS = "王小明𠮷𪚥👩\u200d①ǅßé\u0301ئ\"'%_*\\()^-+:{}[]?#~\x01\x7f\ue000\U0010fffd0aZ"
ODD = ["", "王", "王小明", "王" * 100, "明" * 99 + "王", '"王"', "%", "a*", "' OR 1=1 --", "𠮷𪚥", "\ud7ff\ue000"]
FIRST = 7


def asker(role: Role, *districts: str) -> Asker:
    """Return a member of staff."""
    return Asker(0, 0, "staff", role, None, "", frozenset(districts), clock.now())


SUPERVISOR, CLERK = asker(Role.SUPERVISOR), asker(Role.CLERK, "120101", "120102")


@pytest.fixture
async def database(empty_settings: Settings) -> AsyncIterator[BaseDBAsyncClient]:
    """An open, empty database."""
    async with connected(empty_settings) as context:
        yield context.connections.get("default")


async def fill(called: Sequence[str]) -> None:
    """Add people of these names, in three districts and none, each with two participations of several kinds."""
    await Person.bulk_create(
        Person(
            id=place,
            id_type="01",
            id_number=f"N{place}",
            name=name,
            folded_name=names.fold(name),
            insured_district=("120101", "120102", "120103", None)[place % 4],
        )
        for place, name in enumerate(called, 1)
    )
    await Participation.bulk_create(
        Participation(person_id=place, type=("110", "210", "310")[(place + more) % 3], status=str(1 + place * more % 2))
        for place in range(1, len(called) + 1)
        for more in (0, 3, 4)
    )


async def found(rows: Rows[Person]) -> list[int]:
    """Return the row numbers of a list, page by page, and check the count."""
    gathered: list[int] = []
    while page := await rows.where(id__gt=gathered[-1] if gathered else 0).ordered("id").first(FIRST).all():
        gathered += [row.id for row in page]
    assert await rows.count() == len(gathered)
    return gathered


def narrowed(who: Asker = SUPERVISOR, **given: str) -> Rows[Person]:
    """Return the people whom `who` finds by a filter."""
    rows = service._filtered(who, Filter(**given))
    assert rows is not None
    return rows


async def test_a_part_of_a_name_finds_whose_name_has_it(database: BaseDBAsyncClient) -> None:
    """As Python's own `in` says, of names of any signs; nothing is in every name; for a clerk, in the districts."""
    assert database is not None
    chance = random.Random(7)
    invented = ["".join(chance.choices(SIGNS, k=chance.randrange(8))) for _ in range(300)]
    called = [
        *ODD,
        *invented,
        *(chr(chance.choice([chance.randrange(1, 0xD800), chance.randrange(0xE000, 0x110000)])) for _ in range(200)),
    ]
    await fill(called)
    folded = dict(enumerate(map(names.fold, called), 1))
    parts = {
        *ODD,
        *SIGNS,
        *called[-60:],
        *(name[at : at + size] for name in called[:60] for at in (0, 1, 3) for size in (1, 2, 3)),
    }
    for part in sorted(parts):
        wanted = [place for place, name in folded.items() if names.fold(part) in name]
        assert await found(narrowed(name_contains=part)) == wanted, part
        of_the_clerk = [place for place in wanted if place % 4 < 2]
        assert await found(narrowed(CLERK, name_contains=part)) == of_the_clerk, part


async def test_the_index_follows_each_name(database: BaseDBAsyncClient) -> None:
    """Renamed people are found by the new name only, and removed ones by none; other changes have no effect."""
    await fill(["王小明", "王小", "古丽娜尔·买买提", "明"])
    await Person.filter(id=1).update(folded_name="李小明")
    await Person.filter(id=3).update(insured_district="120105", sex="2")
    await Person.filter(id=4).update(folded_name="")
    await Participation.filter(person_id=2).delete()
    await Person.filter(id=2).delete()
    assert await found(narrowed(name_contains="王")) == []
    assert await found(narrowed(name_contains="李小")) == [1]
    assert await found(narrowed(name_contains="明")) == [1]
    assert await found(narrowed(name_contains="尔买买")) == [3]
    assert await found(narrowed(name_contains="")) == [1, 3, 4]
    if database.capabilities.dialect == "sqlite":
        # Raises where the index is not what the names are.
        check = "INSERT INTO person_folded_name (person_folded_name, rank) VALUES ('integrity-check', 1)"
        await database.execute_query(check)


@pytest.mark.parametrize("who", [SUPERVISOR, CLERK], ids=["supervisor", "clerk"])
async def test_an_insurance_finds_whoever_has_it(database: BaseDBAsyncClient, who: Asker) -> None:
    """Kind and state of the same participation, each person once, with a name or without."""
    assert database is not None
    await fill(["王小明", "李小", "王", "张三", "王五"] * 8)
    people = {row.id: row for row in await Person.all().prefetch_related("participations")}
    seen = [row for row in people.values() if not who.districts or row.insured_district in who.districts]
    for kind, status, part in [
        ("110", "1", None),
        ("210", None, None),
        (None, "2", None),
        ("310", "2", "王"),
        ("999", None, "小"),
    ]:
        given = {"insurance_type": kind, "participation_status": status, "name_contains": part}
        wanted = [
            row.id
            for row in seen
            if (part or "") in row.folded_name
            and any(kind in {None, each.type} and status in {None, each.status} for each in row.participations)
        ]
        assert await found(narrowed(who, **{name: value for name, value in given.items() if value})) == wanted, given


async def plan(database: BaseDBAsyncClient, rows: Rows[Person]) -> str:
    """Return how the database would find a page of these rows, behind a cursor."""
    return await way_to(database, rows.only(("name",)).where(id__gt=3).ordered("id").first(FIRST))


async def way_to(database: BaseDBAsyncClient, rows: Rows[Any]) -> str:
    """Return how the database would find these rows."""
    given = rows.parameterize()
    assert given is not None
    shapes, values = given
    limit = [] if rows.limit is None else [rows.limit]
    sql = compile_sql(rows.projection.select_query(shapes, is_limited=bool(limit)).shape, database.query_class)
    if database.capabilities.dialect == "sqlite":
        steps = await database.execute_query_dict(f"EXPLAIN QUERY PLAN {sql}", [*values, *limit])
        return "\n".join(step["detail"] for step in steps)
    await database.execute_script("ANALYZE")
    _, lines = await database.execute_query(f"EXPLAIN {sql}", [*values, *limit])
    return "\n".join(line["QUERY PLAN"] for line in lines)


CROWD = ["王小明", "李小", "王"] * 1000 + ["彧小明", "王彧"]


async def test_a_part_of_a_name_is_found_through_the_index(database: BaseDBAsyncClient) -> None:
    """SQLite's gives people in order from the cursor on; PostgreSQL looks there for rare parts and walks else."""
    await fill(CROWD)
    for who, part in product((SUPERVISOR, CLERK), ("彧", "彧小", "彧小明", "王", "小明", "王小明")):
        way = await plan(database, narrowed(who, name_contains=part))
        if database.capabilities.dialect == "sqlite":
            first, second = way.splitlines()
            assert re.fullmatch(r"SCAN person_folded_name VIRTUAL TABLE INDEX [0-9]+:M[0-9]>", first), (who, part)
            assert second == "SEARCH person USING INTEGER PRIMARY KEY (rowid=?)", (who, part)
        else:
            assert ("Bitmap Index Scan on person_folded_name" in way) == ("彧" in part), (who, part, way)
            assert "Seq Scan" not in way, (who, part, way)


@pytest.mark.parametrize("kind", [{}, {"participation_status": "2"}], ids=str)
async def test_an_insurance_is_asked_of_each_in_their_order(database: BaseDBAsyncClient, kind: dict[str, str]) -> None:
    """People are walked along from the cursor on, and an index has what each of them takes part in; none are sorted."""
    await fill(CROWD)
    way = await plan(database, narrowed(SUPERVISOR, insurance_type="110", **kind))
    if database.capabilities.dialect == "sqlite":
        # Not all who have the insurance, for each.
        assert re.search(r"USING COVERING INDEX participation_of_\w+ \(.*person_id=\?", way)
    else:
        assert "Only Scan using participation_of_" in way
    assert "TEMP B-TREE" not in way
    assert "Sort" not in way


@pytest.mark.parametrize("people", [[1], [1, 2, 3]], ids=["one", "several"])
async def test_participations_lie_in_their_order(database: BaseDBAsyncClient, people: list[int]) -> None:
    """They are read with the record, the oldest first; the embedded database sorts nothing, and has all in an index."""
    await fill(CROWD)
    way = await way_to(database, service.PARTICIPATIONS.where(person_id__in=people))
    if database.capabilities.dialect == "sqlite":
        assert "SEARCH participation USING COVERING INDEX participation_in_order (person_id=?)" in way
        assert "TEMP B-TREE" not in way


async def test_everybody_is_in_a_list_narrowed_to_nothing(hall: Hall) -> None:
    """A part of a name that has no sign but a dot or a space is in every name; one too long is in none."""
    document = "query ($part: String) { people(filter: { nameContains: $part }) { totalCount } }"
    totals: dict[str | None, Any] = {}
    for part in (None, "", " · ", "王" * 101):
        totals[part] = (await hall.ask(document, {"part": part}, "supervisor"))["data"]["people"]["totalCount"]
    assert totals[None] == totals[""] == totals[" · "] > totals["王" * 101] == 0
