"""docs/api.md: its commands run, its sample responses have the right shape, and its tables are complete."""

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


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_commands_return_documented_responses(tmp_path: Path) -> None:
    """The commands run in order; each response has the fields, types and codes of the sample below its command."""
    commands = [code for language, code in BLOCKS if language == "sh"]
    with serving(Settings(mode=Mode.DEMO, data=tmp_path)) as hall:
        script = f"\necho '{BETWEEN}'\n".join(commands).replace("http://127.0.0.1:8000", hall.address)
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=ROOT, check=False, capture_output=True, text=True, encoding="utf-8",
            env=os.environ | {"HALL_DATA": str(tmp_path), "TMPDIR": str(tmp_path)},
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    responses = [json.loads(each) for each in ran.stdout.split(BETWEEN) if each.strip()]
    shown = [json.loads(code) for language, code in BLOCKS if language == "json"]
    assert [shape(each) for each in responses] == [shape(each) for each in shown]
    assert len(responses) == len(commands) - 1


def shape(value: Any, name: str = "") -> Any:
    """Return the fields and types of a response, with the values of the fields that clients branch on."""
    if isinstance(value, dict):
        return {key: shape(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return value if name in {"__typename", "code", "outcome", "replayed", "status"} else type(value).__name__


def test_problem_table_is_complete() -> None:
    """The table lists exactly the codes of ProblemCode, each with a type that implements Problem."""
    codes = SCHEMA.type_map["ProblemCode"]
    assert isinstance(codes, GraphQLEnumType)
    rows = table("ProblemCode")
    assert sorted(code for code, *_ in rows) == sorted(f"`{code}`" for code in codes.values)
    for _, kind, _ in rows:
        declared = SCHEMA.type_map[kind.strip("`")]
        assert isinstance(declared, GraphQLObjectType)
        assert "Problem" in [interface.name for interface in declared.interfaces]


def test_status_table_is_complete() -> None:
    """The table lists exactly the HTTP error statuses and the codes of top-level errors."""
    rows = table("status")
    documented = {int(status) for statuses, *_ in rows for status in statuses.split(", ")}
    assert documented == {200, *statuses()}
    assert {code.strip("`") for _, code, *_ in rows} - {"–"} == codes()


def table(first: str) -> list[list[str]]:
    """Return the rows of the table whose first column has this header."""
    [rows] = re.findall(rf"^\| `?{first}`? \|[^\n]*\n\|[-|]+\|\n((?:\|[^\n]*\n)+)", PAGE, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.splitlines()]


def statuses() -> set[int]:
    """Return the HTTP error statuses in the code: those that are raised, and those of the HTTP parser."""
    raised = {
        node.args[0].value
        for path in matching("api/*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        and node.func.id in {"HTTPRefusal", "json_response"}
        and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, int)
    }  # fmt: skip
    return (raised | set(codes_by_status())) - {200}


def codes() -> set[str]:
    """Return the codes of top-level errors in the code: `"code": "…"` and the like, and those by status."""
    code = "".join(text(path) for path in matching("api/http/*.py"))
    named = re.findall(
        r'"code": "([A-Z_]+)"|code="([A-Z_]+)"|^(?:LIMIT|CROSS_SITE) = "([A-Z_]+)"'
        r'|(?:_masked|MalformedDocument)\(.*?"([A-Z_]+)"',
        code.replace("{}", ""),
        re.MULTILINE,
    )
    return {next(filter(None, each)) for each in named} | set(codes_by_status().values())


def codes_by_status() -> dict[int, str]:
    """Return the code of each status in the constants CODES: of refusals, and of errors of the HTTP parser."""
    found: dict[int, str] = {}
    for path in matching("api/http/*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CODES":
                found |= ast.literal_eval(node.value)
    return found


def test_document_for_generated_clients_is_valid() -> None:
    """The sample document in docs/clients.md is valid against the schema."""
    [document] = re.findall(r"```graphql\n(.*?)```", text(PurePosixPath("docs/clients.md")), re.DOTALL)
    assert validate(SCHEMA, parse(document)) == []
