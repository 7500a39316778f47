"""For any file, every row is stored or rejected, memory stays bounded, and output has no personal data."""

import csv
import traceback
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.context import TortoiseContext
from tortoise.exceptions import ValidationError

from api.db.database import connected
from api.errors import DatabaseError, Refused
from api.importing import run, runner
from api.importing.columns import PERSON
from api.importing.damage import escape_formulas, unescape_formula
from api.importing.source import open_source, records
from api.people.models import Employer, Person
from api.settings import Settings

TODAY = date(2026, 11, 23)
# Before what a spreadsheet takes for a formula.
SIGNS = tuple("=+-@＝＋－＠")
HEADER = "idNumber,name,residentialAddress"
FIRST, SECOND, THIRD = "120101199003070013", "12022519680512002X", "11010519491231002X"


@pytest.fixture
async def database(empty_settings: Settings) -> AsyncIterator[TortoiseContext]:
    """An open, empty database."""
    async with connected(empty_settings) as context:
        yield context


async def imported(folder: Path, *lines: str, name: str = "people.csv") -> int:
    """Return the status of importing a file of these lines."""
    (folder / name).write_text("\n".join([*lines, ""]), "utf-8", newline="")
    return await run(folder, TODAY)


async def addresses() -> dict[str, str | None]:
    """Return the address of everybody, by their number."""
    return dict(await Person.all().values_list("id_number", "residential_address"))


# Each record is a record, wherever quotation marks and line ends stand.


@given(st.text(alphabet='a,"\n\r\u2028\x0b', max_size=60))
def test_no_sign_of_a_file_is_lost(text: str) -> None:
    """The texts of all records, one behind the other, are the file; their numbers count its lines."""
    found = list(records(StringIO(text, newline="")))
    assert "".join(record for _, record, _ in found) == text
    lines = StringIO(text, newline="").readlines()
    assert [lines[number - 1][:1] for number, _, _ in found] == [record[:1] for _, record, _ in found]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4), min_size=1))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]]) -> None:
    """Quotation marks, commas, line ends of every kind inside cells."""
    file = StringIO(newline="")
    csv.writer(file).writerows(rows)
    file.seek(0)
    assert [cells for _, _, cells in records(file)] == rows


@pytest.mark.usefixtures("database")
async def test_a_mark_for_inches_swallows_no_row(tmp_path: Path) -> None:
    """A quotation mark inside a plain cell is a sign like others, however many rows further the next one stands."""
    lines = [HEADER, f'{FIRST},甲,5" 管道旁', f"{SECOND},乙,和平路", f'{THIRD},丙,6" 管道旁']
    assert await imported(tmp_path, *lines) == runner.ALL_STORED
    assert await addresses() == {FIRST: '5" 管道旁', SECOND: "和平路", THIRD: '6" 管道旁'}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("row", [f"{FIRST},甲", f"{FIRST}", f"{FIRST},甲,和平路,多余", f'{FIRST},甲,"和平路"一'])
async def test_a_row_that_does_not_fit_the_header_comes_back(tmp_path: Path, row: str) -> None:
    """One cut off, as a broken transfer leaves it, would be stored with half an address."""
    assert await imported(tmp_path, HEADER, row, f"{SECOND},乙,和平路") == runner.SOME_REJECTED
    assert await addresses() == {SECOND: "和平路"}
    assert (tmp_path / "people.rejected.csv").read_text("utf-8").splitlines()[1].endswith(row)


@pytest.mark.usefixtures("database")
async def test_empty_cells_behind_the_last_column_are_no_fault(tmp_path: Path) -> None:
    """Spreadsheets write them."""
    assert await imported(tmp_path, HEADER, f"{FIRST},甲,和平路,, ,") == runner.ALL_STORED


@pytest.mark.usefixtures("database")
async def test_a_million_signs_in_a_cell_cost_one_row(tmp_path: Path) -> None:
    """The rows around it are stored; it comes back whole, and says how long it may be."""
    long = "长" * 1_000_000
    lines = [HEADER, f"{FIRST},甲,和平路", f"{THIRD},{long},和平路", f"{SECOND},乙,{long * 2}", f"{SECOND},乙,和平路"]
    assert await imported(tmp_path, *lines) == runner.SOME_REJECTED
    assert set(await addresses()) == {FIRST, SECOND}
    assert long * 2 in (tmp_path / "people.rejected.csv").read_text("utf-8")


def test_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch ends by its length as well as by its rows; no more than a few are held, however many there are."""
    monkeypatch.setattr(runner, "BATCH_CHARACTERS", 1 << 16)
    path = tmp_path / "people.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
        file.writelines(f"{FIRST},甲,{'a' * 30_000}\n" for _ in range(500))
    source = open_source(path, PERSON, frozenset({"name"}))
    tracemalloc.start()
    read = sum(len(batch) for batch in runner._batches(source.rows()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == 500
    assert peak < path.stat().st_size / 10


# What cells may hold.


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("name", ["\U00031350某", "\ue863某", "𠮷𠀋", "O’Brien", "阿不都·买买提"])
async def test_rare_characters_are_stored_as_they_are_written(tmp_path: Path, name: str) -> None:
    """Outside the basic plane, newer than the program's tables, or where a bureau's own font has put them."""
    assert await imported(tmp_path, HEADER, f"{FIRST},{name},和平路") == runner.ALL_STORED
    assert (await Person.get()).name == name


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("name", ["\ufdfa" * 60, "甲\x1b[31m", "甲\0"])
async def test_a_name_that_cannot_be_found_again_comes_back(tmp_path: Path, name: str) -> None:
    """One sign may stand for eighteen in the key of a search; control characters belong into no name."""
    assert await imported(tmp_path, HEADER, f"{FIRST},{name},和平路", f"{SECOND},乙,和平路") == runner.SOME_REJECTED
    assert set(await addresses()) == {SECOND}


# Employers, who stand beside the people.


@pytest.mark.usefixtures("database")
async def test_an_employer_gets_its_name_when_it_is_known(tmp_path: Path) -> None:
    """Until then its code stands for it; a name once given stays, whatever another row says."""
    header = "idNumber,name,employerCode,employerName"
    await imported(tmp_path, "idNumber,name,employerCode", f"{FIRST},甲,E1")
    assert (await Employer.get()).name == "E1"
    await imported(tmp_path, header, f"{FIRST},甲,E1,海河之畔")
    await imported(tmp_path, header, f"{FIRST},甲,E1,另一名称")
    assert (await Employer.get()).name == "海河之畔"


@pytest.mark.usefixtures("database")
async def test_an_empty_employer_code_means_none(tmp_path: Path) -> None:
    """As in every column that is there; a file without the column leaves the employer alone."""
    await imported(tmp_path, "idNumber,name,employerCode", f"{FIRST},甲,E1")
    await imported(tmp_path, "idNumber,name,employerName", f"{FIRST},甲,")
    assert (await Person.get()).employer_id is not None
    await imported(tmp_path, "idNumber,name,employerCode", f"{FIRST},甲,")
    assert (await Person.get()).employer_id is None


# What is said of a file.


@pytest.mark.usefixtures("database")
async def test_a_title_moves_no_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unknown columns are named, but what a terminal would obey is not, and not at length."""
    assert await imported(tmp_path, f"{HEADER},\x1b[2J备注,{'长' * 90}", f"{FIRST},甲,和平路,,") == runner.ALL_STORED
    said = capsys.readouterr().out
    assert "?[2J备注" in said
    assert "\x1b" not in said
    assert "长" * 90 not in said


@pytest.mark.usefixtures("database")
async def test_a_fault_of_the_database_is_told_without_the_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which rows and what kind of fault; drivers quote the row in their messages."""

    async def failing(found: Sequence[object], _on: object) -> object:
        raise ValidationError(f"length of 甲, {FIRST} and {len(found)} rows")

    monkeypatch.setattr(runner, "STORES", {"people.csv": failing})
    with pytest.raises(DatabaseError, match="rows 2 to 3 could not be stored") as caught:
        await imported(tmp_path, HEADER, f"{FIRST},甲,和平路", f"{SECOND},乙,和平路")
    assert FIRST not in "".join(traceback.format_exception(caught.value))


@pytest.mark.usefixtures("database")
async def test_a_folder_that_takes_no_rejected_rows_is_refused(tmp_path: Path) -> None:
    """Before anything is stored, where that can be known: a bad row must not be lost."""
    (tmp_path / "people.rejected.csv").mkdir()
    with pytest.raises(Refused, match=r"people\.rejected\.csv cannot be written"):
        await imported(tmp_path, HEADER, f"{FIRST},甲,和平路")
    assert await Person.all().count() == 0


# What comes back is opened in a spreadsheet.


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=4),
    st.sampled_from(",;\t|"),
)
def test_no_spreadsheet_runs_what_comes_back(cells: list[str], delimiter: str) -> None:
    """However the row is divided, no cell begins as a formula does; and undone, each cell is as it was written."""
    row = StringIO()
    csv.writer(row, delimiter=delimiter).writerow(cells)
    written = escape_formulas(row.getvalue())
    for divided in ",;\t|":
        for read in csv.reader(StringIO(written, newline=""), delimiter=divided):
            assert [cell for cell in read if cell.strip(' \t\r\n"')[:1] in SIGNS] == []


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters=',;|\t\r\n"'), max_size=12))
def test_what_was_disarmed_is_read_as_it_was_written(cell: str) -> None:
    """The sign before it is taken off again, and nothing else is."""
    assert unescape_formula(escape_formulas(cell).strip()) == cell.strip()


@pytest.mark.usefixtures("database")
async def test_a_rejected_formula_is_disarmed_and_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the reason and at the end of the import; the file is its owner's alone, and can be imported again."""
    bad = f"{FIRST[:-1]}9"
    assert await imported(tmp_path, HEADER, f'{bad},@SUM(1),"=A1,B1"', f"{bad},乙,和平路") == runner.SOME_REJECTED
    back = tmp_path / "people.rejected.csv"
    assert back.stat().st_mode & 0o777 == 0o600
    told, plain = list(csv.reader(back.read_text("utf-8").splitlines()))[1:]
    assert told[4:] == ["'@SUM(1)", "'=A1,B1"]
    assert "前已加'" in told[2]
    assert "前已加'" not in plain[2]
    assert "1 row(s) had cells that a spreadsheet would run" in capsys.readouterr().out
    again = tmp_path / "again"
    again.mkdir()
    await imported(again, HEADER, f"{FIRST},甲,'+8 号")
    assert await addresses() == {FIRST: "+8 号"}
