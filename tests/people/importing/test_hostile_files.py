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
# Characters that start a formula in a spreadsheet.
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
    """Return the address of each person by number."""
    return dict(await Person.all().values_list("id_number", "residential_address"))


# Record boundaries with quotation marks and line ends


@given(st.text(alphabet='a,"\n\r\u2028\x0b', max_size=60))
def test_records_concatenate_to_file(text: str) -> None:
    """The texts of all records concatenate to the file, and their line numbers are right."""
    found = list(records(StringIO(text, newline="")))
    assert "".join(record for _, record, _ in found) == text
    lines = StringIO(text, newline="").readlines()
    assert [lines[number - 1][:1] for number, _, _ in found] == [record[:1] for _, record, _ in found]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4), min_size=1))
def test_csv_writer_output_is_read_back(rows: list[list[str]]) -> None:
    """Quotation marks, commas and line ends inside cells are read back."""
    file = StringIO(newline="")
    csv.writer(file).writerows(rows)
    file.seek(0)
    assert [cells for _, _, cells in records(file)] == rows


@pytest.mark.usefixtures("database")
async def test_quotation_mark_in_plain_cell(tmp_path: Path) -> None:
    """A quotation mark inside an unquoted cell is a literal character."""
    lines = [HEADER, f'{FIRST},甲,5" 管道旁', f"{SECOND},乙,和平路", f'{THIRD},丙,6" 管道旁']
    assert await imported(tmp_path, *lines) == runner.ALL_STORED
    assert await addresses() == {FIRST: '5" 管道旁', SECOND: "和平路", THIRD: '6" 管道旁'}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("row", [f"{FIRST},甲", f"{FIRST}", f"{FIRST},甲,和平路,多余", f'{FIRST},甲,"和平路"一'])
async def test_row_with_wrong_number_of_cells_is_rejected(tmp_path: Path, row: str) -> None:
    """A row with missing or additional cells is rejected, because it may be truncated."""
    assert await imported(tmp_path, HEADER, row, f"{SECOND},乙,和平路") == runner.SOME_REJECTED
    assert await addresses() == {SECOND: "和平路"}
    assert (tmp_path / "people.rejected.csv").read_text("utf-8").splitlines()[1].endswith(row)


@pytest.mark.usefixtures("database")
async def test_trailing_empty_cells_are_accepted(tmp_path: Path) -> None:
    """Empty cells after the last column, which spreadsheets write, are accepted."""
    assert await imported(tmp_path, HEADER, f"{FIRST},甲,和平路,, ,") == runner.ALL_STORED


@pytest.mark.usefixtures("database")
async def test_overlong_cell_is_rejected(tmp_path: Path) -> None:
    """A cell of a million characters is rejected with the limit; the rows around it are stored."""
    long = "长" * 1_000_000
    lines = [HEADER, f"{FIRST},甲,和平路", f"{THIRD},{long},和平路", f"{SECOND},乙,{long * 2}", f"{SECOND},乙,和平路"]
    assert await imported(tmp_path, *lines) == runner.SOME_REJECTED
    assert set(await addresses()) == {FIRST, SECOND}
    assert long * 2 in (tmp_path / "people.rejected.csv").read_text("utf-8")


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch is limited by characters and rows, so that memory does not grow with the file."""
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


# Contents of cells


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("name", ["\U00031350某", "\ue863某", "𠮷𠀋", "O’Brien", "阿不都·买买提"])
async def test_rare_characters_are_stored_unchanged(tmp_path: Path, name: str) -> None:
    """Characters outside the BMP, unassigned ones, and private-use ones are stored unchanged."""
    assert await imported(tmp_path, HEADER, f"{FIRST},{name},和平路") == runner.ALL_STORED
    assert (await Person.get()).name == name


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("name", ["\ufdfa" * 60, "甲\x1b[31m", "甲\0"])
async def test_unsearchable_name_is_rejected(tmp_path: Path, name: str) -> None:
    """A name is rejected if its search key is too long or it has control characters."""
    assert await imported(tmp_path, HEADER, f"{FIRST},{name},和平路", f"{SECOND},乙,和平路") == runner.SOME_REJECTED
    assert set(await addresses()) == {SECOND}


# Employers


@pytest.mark.usefixtures("database")
async def test_employer_name_is_set_once(tmp_path: Path) -> None:
    """An employer is named by its code until a row has its name, which later rows do not change."""
    header = "idNumber,name,employerCode,employerName"
    await imported(tmp_path, "idNumber,name,employerCode", f"{FIRST},甲,E1")
    assert (await Employer.get()).name == "E1"
    await imported(tmp_path, header, f"{FIRST},甲,E1,海河之畔")
    await imported(tmp_path, header, f"{FIRST},甲,E1,另一名称")
    assert (await Employer.get()).name == "海河之畔"


@pytest.mark.usefixtures("database")
async def test_empty_employer_code_removes_employer(tmp_path: Path) -> None:
    """An empty cell removes the employer; a file without the column leaves it unchanged."""
    await imported(tmp_path, "idNumber,name,employerCode", f"{FIRST},甲,E1")
    await imported(tmp_path, "idNumber,name,employerName", f"{FIRST},甲,")
    assert (await Person.get()).employer_id is not None
    await imported(tmp_path, "idNumber,name,employerCode", f"{FIRST},甲,")
    assert (await Person.get()).employer_id is None


# Output


@pytest.mark.usefixtures("database")
async def test_titles_are_printed_without_control_characters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unknown columns are printed shortened and without terminal control characters."""
    assert await imported(tmp_path, f"{HEADER},\x1b[2J备注,{'长' * 90}", f"{FIRST},甲,和平路,,") == runner.ALL_STORED
    output = capsys.readouterr().out
    assert "?[2J备注" in output
    assert "\x1b" not in output
    assert "长" * 90 not in output


@pytest.mark.usefixtures("database")
async def test_database_error_names_no_row_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database error names the row numbers and the kind of error, not the driver's message, which quotes the row."""

    async def failing(found: Sequence[object], _on: object) -> object:
        raise ValidationError(f"length of 甲, {FIRST} and {len(found)} rows")

    monkeypatch.setattr(runner, "STORES", {"people.csv": failing})
    with pytest.raises(DatabaseError, match="rows 2 to 3 could not be stored") as caught:
        await imported(tmp_path, HEADER, f"{FIRST},甲,和平路", f"{SECOND},乙,和平路")
    assert FIRST not in "".join(traceback.format_exception(caught.value))


@pytest.mark.usefixtures("database")
async def test_unwritable_rejected_file_is_refused(tmp_path: Path) -> None:
    """If the file of rejected rows cannot be written, the import is refused before any row is stored."""
    (tmp_path / "people.rejected.csv").mkdir()
    with pytest.raises(Refused, match=r"people\.rejected\.csv cannot be written"):
        await imported(tmp_path, HEADER, f"{FIRST},甲,和平路")
    assert await Person.all().count() == 0


# Formula injection through the file of rejected rows


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=4),
    st.sampled_from(",;\t|"),
)
def test_formulas_are_escaped(cells: list[str], delimiter: str) -> None:
    """With any delimiter, no cell of an escaped row starts a formula."""
    row = StringIO()
    csv.writer(row, delimiter=delimiter).writerow(cells)
    written = escape_formulas(row.getvalue())
    for divided in ",;\t|":
        for read in csv.reader(StringIO(written, newline=""), delimiter=divided):
            assert [cell for cell in read if cell.strip(' \t\r\n"')[:1] in SIGNS] == []


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters=',;|\t\r\n"'), max_size=12))
def test_formula_escape_is_reversible(cell: str) -> None:
    """Unescaping an escaped cell returns the original cell."""
    assert unescape_formula(escape_formulas(cell).strip()) == cell.strip()


@pytest.mark.usefixtures("database")
async def test_escaped_formula_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The reason and the summary mention escaped cells; the file is private (0600) and can be imported again."""
    bad = f"{FIRST[:-1]}9"
    assert await imported(tmp_path, HEADER, f'{bad},@SUM(1),"=A1,B1"', f"{bad},乙,和平路") == runner.SOME_REJECTED
    back = tmp_path / "people.rejected.csv"
    assert back.stat().st_mode & 0o777 == 0o600
    escaped, plain = list(csv.reader(back.read_text("utf-8").splitlines()))[1:]
    assert escaped[4:] == ["'@SUM(1)", "'=A1,B1"]
    assert "前已加'" in escaped[2]
    assert "前已加'" not in plain[2]
    assert "1 row(s) had cells that a spreadsheet would run" in capsys.readouterr().out
    again = tmp_path / "again"
    again.mkdir()
    await imported(again, HEADER, f"{FIRST},甲,'+8 号")
    assert await addresses() == {FIRST: "+8 号"}
