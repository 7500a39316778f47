"""Searches by name and insurance use indexes and return what a comparison of all rows returns."""

import random
import re
from collections.abc import AsyncIterator, Sequence
from itertools import product
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from api import clock
from api.accounts.models import Role
from api.accounts.service import Principal
from api.db.database import connected
from api.db.query.rows import Rows
from api.db.query.statements import compile_sql
from api.people import names, search, service
from api.people.models import Participation, Person
from api.people.search import Filter
from api.settings import Settings
from tests.hall import Hall

# Characters that tokenizers and patterns treat specially: outside the BMP, combining, reserved, unprintable.
SIGNS = "王小明𠮷𪚥👩\u200d①ǅßé\u0301ئ\"'%_*\\()^-+:{}[]?#~\x01\x7f\ue000\U0010fffd0aZ"
ODD = ["", "王", "王小明", "王" * 100, "明" * 99 + "王", '"王"', "%", "a*", "' OR 1=1 --", "𠮷𪚥", "\ud7ff\ue000"]
FIRST = 7


def staff(role: Role, *districts: str) -> Principal:
    """Return a member of staff."""
    return Principal(0, 0, "staff", role, None, "", frozenset(districts), clock.now())


SUPERVISOR, CLERK = staff(Role.SUPERVISOR), staff(Role.CLERK, "120101", "120102")


@pytest.fixture
async def database(empty_settings: Settings) -> AsyncIterator[BaseDBAsyncClient]:
    """An open, empty database."""
    async with connected(empty_settings) as context:
        yield context.connections.get("default")


async def fill(called: Sequence[str]) -> None:
    """Add persons with these names, in three districts and none, each with three participations."""
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
    """Return the row numbers of a list page by page, and check the count."""
    gathered: list[int] = []
    while page := await rows.where(id__gt=gathered[-1] if gathered else 0).ordered("id").first(FIRST).all():
        gathered += [row.id for row in page]
    assert await rows.count() == len(gathered)
    return gathered


async def filtered(who: Principal = SUPERVISOR, **given: str) -> Rows[Person]:
    """Return the rows that a filter of `who` selects."""
    wanted = await search._search(who, Filter(**given))
    return service.PEOPLE.where(id__in=()) if wanted is None else wanted.matching


@pytest.mark.parametrize("few", [2, 2_000])
async def test_name_search_equals_substring_search(
    database: BaseDBAsyncClient, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search equals Python's `in` for any characters; an empty part matches all; clerks get their districts."""
    assert database is not None
    # Whether a long part has a part that few people have.
    monkeypatch.setattr(search, "MAX_LOOKED_AT", few)
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
        expected = [place for place, name in folded.items() if names.fold(part) in name]
        assert await found(await filtered(name_contains=part)) == expected, part
        of_the_clerk = [place for place in expected if place % 4 < 2]
        assert await found(await filtered(CLERK, name_contains=part)) == of_the_clerk, part


async def test_index_has_each_part_once(database: BaseDBAsyncClient) -> None:
    """The index has the parts of one to three characters; phrases of single ones, which an older Hall asks for, too."""
    called = ["王", "王王", "王小明", "小明小明", "阿卜杜拉阿卜", ""]
    await fill(called)
    parts = {
        name: {name[at : at + size] for size in (1, 2, 3) for at in range(len(name) - size + 1)} for name in called
    }
    if database.capabilities.dialect == "postgres":
        rows = await database.execute_query_dict("SELECT rowid, part FROM person_folded_name_part")
        expected = {(place, part) for place, name in enumerate(called, 1) for part in parts[name]}
        assert {(row["rowid"], row["part"]) for row in rows} == expected
        return
    for part in ("王", "王王", "小明", "明小", "小明小明", "拉阿", "卜杜拉阿", "王小王", "王王王", "明王"):
        phrase = " ".join(character.encode().hex() for character in part)
        sql = "SELECT rowid FROM person_folded_name WHERE person_folded_name = ? ORDER BY rowid"
        rows = await database.execute_query_dict(sql, [f'"{phrase}"'])
        assert [row["rowid"] for row in rows] == [place for place, name in enumerate(called, 1) if part in name], part


async def test_name_index_follows_changes(database: BaseDBAsyncClient) -> None:
    """Renamed persons are found by the new name only, and deleted ones not at all; other changes have no effect."""
    await fill(["王小明", "王小", "古丽娜尔·买买提", "明"])
    await Person.filter(id=1).update(folded_name="李小明")
    await Person.filter(id=3).update(insured_district="120105", sex="2")
    await Person.filter(id=4).update(folded_name="")
    await Participation.filter(person_id=2).delete()
    await Person.filter(id=2).delete()
    assert await found(await filtered(name_contains="王")) == []
    assert await found(await filtered(name_contains="李小")) == [1]
    assert await found(await filtered(name_contains="明")) == [1]
    assert await found(await filtered(name_contains="尔买买")) == [3]
    assert await found(await filtered(name_contains="")) == [1, 3, 4]
    if database.capabilities.dialect == "sqlite":
        # Raises if the index differs from the names.
        check = "INSERT INTO person_folded_name (person_folded_name, rank) VALUES ('integrity-check', 1)"
        await database.execute_query(check)


@pytest.mark.parametrize("who", [SUPERVISOR, CLERK], ids=["supervisor", "clerk"])
async def test_insurance_filter(database: BaseDBAsyncClient, who: Principal) -> None:
    """Type and status apply to the same participation; each person is returned once, also with a name filter."""
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
        expected = [
            row.id
            for row in seen
            if (part or "") in row.folded_name
            and any(kind in {None, each.type} and status in {None, each.status} for each in row.participations)
        ]
        assert (
            await found(await filtered(who, **{name: value for name, value in given.items() if value})) == expected
        ), given


async def page_plan(database: BaseDBAsyncClient, rows: Rows[Person]) -> str:
    """Return the query plan of a page of these rows after a cursor."""
    return await query_plan(database, rows.only(("name",)).where(id__gt=3).ordered("id").first(FIRST))


async def query_plan(database: BaseDBAsyncClient, rows: Rows[Any]) -> str:
    """Return the query plan of these rows."""
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


MANY_NAMES = ["王小明", "李小", "王"] * 1000 + ["彧小明", "王彧"]


async def test_name_search_uses_index(database: BaseDBAsyncClient) -> None:
    """The index is read in order from the cursor; only PostgreSQL sorts, the few rows of a rare part."""
    await fill(MANY_NAMES)
    for who, part in product((SUPERVISOR, CLERK), ("彧", "彧小", "彧小明", "王", "小明", "王小明")):
        plan_text = await page_plan(database, await filtered(who, name_contains=part))
        if database.capabilities.dialect == "sqlite":
            first, second = plan_text.splitlines()
            assert re.fullmatch(r"SCAN person_folded_name VIRTUAL TABLE INDEX [0-9]+:M[0-9]>", first), (who, part)
            assert second == "SEARCH person USING INTEGER PRIMARY KEY (rowid=?)", (who, part)
        else:
            assert re.search(r"Scan (using|on) person_folded_name_part_pkey", plan_text), (who, part, plan_text)
            assert "Seq Scan" not in plan_text, (who, part, plan_text)
            assert "彧" in part or "Sort" not in plan_text, (who, part, plan_text)


async def test_candidates_are_read_from_the_index_alone(database: BaseDBAsyncClient) -> None:
    """Where a name search looks at the ids only, no row of a person is read."""
    await fill(MANY_NAMES)
    wanted = await search._search(CLERK, Filter(name_contains="王"))
    assert wanted is not None
    assert wanted.candidates is not None
    plan_text = await query_plan(database, wanted.candidates.only(()).where(id__gt=3).ordered("id").first(1))
    lines = plan_text.splitlines()
    if database.capabilities.dialect == "sqlite":
        assert re.fullmatch(r"SCAN person_folded_name VIRTUAL TABLE INDEX [0-9]+:M[0-9]>", plan_text)
    else:
        assert "Index Only Scan using person_folded_name_part_pkey" in lines[1]
        assert "person_pkey" not in plan_text


@pytest.mark.parametrize("who", [staff(Role.CLERK, "120101"), CLERK], ids=["one", "two"])
async def test_districts_are_read_along_their_index(database: BaseDBAsyncClient, who: Principal) -> None:
    """A page reads the index of each district, wherever in the table its people are."""
    await fill(MANY_NAMES)
    plan_text = await page_plan(database, await filtered(who))
    if database.capabilities.dialect == "sqlite":
        # SQLite leaves the rows of a district once they are behind those that it has found.
        assert "(insured_district=? AND id>?)" in plan_text
    else:
        assert plan_text.count("using idx_person_insured") == len(who.districts), plan_text
        assert "ROW(" in plan_text
        assert "Seq Scan" not in plan_text


@pytest.mark.parametrize("kind", [{}, {"participation_status": "2"}], ids=str)
async def test_insurance_filter_uses_index_without_sorting(
    database: BaseDBAsyncClient, kind: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Persons are read in order from the cursor with an index look-up of participations, and not sorted."""
    monkeypatch.setattr(search, "FEW_INSURED", 0)
    await fill(MANY_NAMES)
    plan_text = await page_plan(database, await filtered(SUPERVISOR, insurance_type="110", **kind))
    if database.capabilities.dialect == "sqlite":
        # Searches by person, not for all persons with the insurance.
        assert re.search(r"USING COVERING INDEX participation_of_\w+ \(.*person_id=\?", plan_text)
    else:
        assert "Only Scan using participation_of_" in plan_text
    assert "TEMP B-TREE" not in plan_text
    assert "Sort" not in plan_text


@pytest.mark.parametrize("people", [[1], [1, 2, 3]], ids=["one", "several"])
async def test_participations_are_read_in_index_order(database: BaseDBAsyncClient, people: list[int]) -> None:
    """Participations of a record are read oldest first; SQLite uses a covering index without sorting."""
    await fill(MANY_NAMES)
    plan_text = await query_plan(database, service.PARTICIPATIONS.where(person_id__in=people))
    if database.capabilities.dialect == "sqlite":
        assert "SEARCH participation USING COVERING INDEX participation_in_order (person_id=?)" in plan_text
        assert "TEMP B-TREE" not in plan_text


async def test_empty_name_filter_matches_all(hall: Hall) -> None:
    """A part of only dots or spaces matches all; an overlong part matches none."""
    document = "query ($part: String) { people(filter: { nameContains: $part }) { totalCount } }"
    totals: dict[str | None, Any] = {}
    for part in (None, "", " · ", "王" * 101):
        totals[part] = (await hall.ask(document, {"part": part}, "supervisor"))["data"]["people"]["totalCount"]
    assert totals[None] == totals[""] == totals[" · "] > totals["王" * 101] == 0
