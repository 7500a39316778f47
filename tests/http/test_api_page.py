"""docs/api.md, for client developers: its commands run, its answers look as they do there, its tables are complete."""

import ast
import json
import os
import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, build_schema, parse, validate

from api.settings import Mode, Settings
from tests.architecture.sources import ROOT, matching, text, tree
from tests.http.serving import serving

PAGE = text(PurePosixPath("docs/api.md"))
SCHEMA = build_schema(text(PurePosixPath("schema.graphql")))
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
BETWEEN = "--- the next block ---"


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_commands_give_what_the_page_shows(tmp_path: Path) -> None:
    """Run in the order of the page; each answer has the fields, kinds and codes of the one below its command."""
    commands = [code for language, code in BLOCKS if language == "sh"]
    with serving(Settings(mode=Mode.DEMO, data=tmp_path)) as hall:
        script = f"\necho '{BETWEEN}'\n".join(commands).replace("http://127.0.0.1:8000", hall.address)
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=ROOT, check=False, capture_output=True, text=True, encoding="utf-8",
            env=os.environ | {"HALL_DATA": str(tmp_path), "TMPDIR": str(tmp_path)},
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    answered = [json.loads(each) for each in ran.stdout.split(BETWEEN) if each.strip()]
    shown = [json.loads(code) for language, code in BLOCKS if language == "json"]
    assert [shape(each) for each in answered] == [shape(each) for each in shown]
    assert len(answered) == len(commands) - 1


def shape(value: Any, name: str = "") -> Any:
    """Return fields and kinds of an answer, with the values of those that programs decide by."""
    if isinstance(value, dict):
        return {key: shape(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return value if name in {"__typename", "code", "outcome", "replayed", "status"} else type(value).__name__


def test_every_problem_is_in_the_table() -> None:
    """Each code of the schema with a type that is a problem, and no other."""
    codes = SCHEMA.type_map["ProblemCode"]
    assert isinstance(codes, GraphQLEnumType)
    rows = table("ProblemCode")
    assert sorted(code for code, *_ in rows) == sorted(f"`{code}`" for code in codes.values)
    for _, kind, _ in rows:
        declared = SCHEMA.type_map[kind.strip("`")]
        assert isinstance(declared, GraphQLObjectType)
        assert "Problem" in [interface.name for interface in declared.interfaces]


def test_every_refusal_is_in_the_table() -> None:
    """Each status with which the edge refuses, and each code of a top-level error, and no other."""
    rows = table("status")
    told = {int(status) for statuses, *_ in rows for status in statuses.split(", ")}
    assert told == {200, *statuses()}
    assert {code.strip("`") for _, code, *_ in rows} - {"–"} == codes()


def table(first: str) -> list[list[str]]:
    """Return the rows of the table whose first column has this name."""
    [rows] = re.findall(rf"^\| `?{first}`? \|[^\n]*\n\|[-|]+\|\n((?:\|[^\n]*\n)+)", PAGE, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.splitlines()]


def statuses() -> set[int]:
    """Return the statuses of all refusals in the code: those that are raised, and those below HTTP."""
    raised = {
        node.args[0].value
        for path in matching("api/*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        and node.func.id in {"HTTPRefusal", "json_response"}
        and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, int)
    }  # fmt: skip
    return (raised | set(below_http())) - {200}


def codes() -> set[str]:
    """Return the codes of all top-level errors in the code: `"code": "…"`, and those of faults that are masked."""
    code = "".join(text(path) for path in matching("api/http/*.py"))
    named = re.findall(r'"code": "([A-Z_]+)"|_masked\([^()]*"([A-Z_]+)"', code.replace("{}", ""))
    return {one or other for one, other in named} | set(below_http().values())


def below_http() -> dict[int, str]:
    """Return status and code of each refusal of what cannot be read as HTTP: CODES, where the connection is."""
    [found] = [
        ast.literal_eval(node.value)
        for path in matching("api/http/*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CODES"
    ]
    return dict(found)


def test_the_document_of_the_generated_clients_fits_the_schema() -> None:
    """What generators are given is understood."""
    [document] = re.findall(r"```graphql\n(.*?)```", text(PurePosixPath("docs/clients.md")), re.DOTALL)
    assert validate(SCHEMA, parse(document)) == []
