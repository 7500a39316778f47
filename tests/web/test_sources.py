"""The client's files: typed, bilingual, without markup from text, and small."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.architecture.sources import no_offenders
from tests.web.modules import imports
from tests.web.tools import HALL, PACKAGES, WEB, node

SCRIPTS = sorted(WEB.rglob("*.js"))
WITHOUT_TEXTS = [path for path in SCRIPTS if path.parent.name != "texts"]
# Text files whose keys are names of the API: fields, parameters, statuses.
NAMED_BY_DATA = {"about", "parameters", "record", "status"}
LISTED_WORDS = """
const listed = {}
for (const path of process.argv.slice(1)) listed[path] = { ...(await import(path)) }
console.log(JSON.stringify(listed))
"""


def test_types_are_correct() -> None:
    """TypeScript in strict mode reports no error in the JSDoc types."""
    checked = node(PACKAGES / "typescript" / "bin" / "tsc", "-p", HALL / "tests" / "web" / "tsconfig.json")
    assert checked.stdout + checked.stderr == ""


def test_oldest_browsers_are_supported() -> None:
    """Syntax and functions are supported by the browsers in tests/browser/eslint.config.mjs."""
    linter = PACKAGES / "eslint" / "bin" / "eslint.js"
    checked = node(linter, "--config", HALL / "tests" / "browser" / "eslint.config.mjs", "--max-warnings", "0", WEB)
    assert checked.stdout + checked.stderr == ""


def test_page_is_valid_html() -> None:
    """index.html is valid HTML."""
    checked = node(PACKAGES / "html-validate" / "bin" / "html-validate.mjs", "--preset", "standard", WEB / "index.html")
    assert checked.stdout + checked.stderr == ""


def test_texts_are_bilingual() -> None:
    """Every text exists in Chinese and in English with the same placeholders."""
    paths = sorted(str(path) for path in (WEB / "texts").glob("*.js"))
    listed = node("--input-type=module", "--eval", LISTED_WORDS, *paths)
    assert listed.returncode == 0, listed.stderr
    found = list(texts(json.loads(listed.stdout)))
    assert len(found) > len(paths)
    assert [text for text in found if set(text) != {"zh", "en"} or not text["zh"] or not text["en"]] == []
    assert [text for text in found if set(placeholders(text["zh"])) != set(placeholders(text["en"]))] == []


def test_texts_are_used() -> None:
    """Every text is used by a page or part."""
    spoken = "".join(path.read_text("utf-8") for path in WITHOUT_TEXTS)
    written = [path for path in sorted((WEB / "texts").glob("*.js")) if path.stem not in NAMED_BY_DATA]
    keys = {key for path in written for key in re.findall(r"^  (\w+): {", path.read_text("utf-8"), re.MULTILINE)}
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}\b", spoken)] == []


def texts(tree: dict[str, object]) -> list[dict[str, str]]:
    """Return the texts of a tree at any depth."""
    found: list[dict[str, str]] = []
    for branch in tree.values():
        assert isinstance(branch, dict), f"{branch} is no text"
        found += [branch] if all(isinstance(value, str) for value in branch.values()) else texts(branch)
    return found


def placeholders(text: str) -> list[str]:
    """Return the names of a text's placeholders."""
    return re.findall(r"\{(\w+)\}", text)


def test_chinese_is_in_texts_only() -> None:
    """Pages and parts contain no Chinese, so that all texts are bilingual."""
    chinese = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
    comment = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
    code = {path: comment.sub(_only_its_lines, path.read_text("utf-8")) for path in WITHOUT_TEXTS}
    no_offenders(places(chinese, code), "Move it to web/texts, in both languages.")


def test_strings_do_not_become_markup() -> None:
    """The client turns no string into elements or code."""
    dangerous = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|\.style\b|setHTML"
    )
    found = places(dangerous, {path: path.read_text("utf-8") for path in SCRIPTS})
    no_offenders(found, "Use textContent, a template or a class.")


def places(pattern: re.Pattern[str], code: Mapping[Path, str]) -> Iterator[str]:
    """Yield the place, as file:line, and the text of every match."""
    for path, text in code.items():
        for found in pattern.finditer(text):
            yield f"web/{path.relative_to(WEB)}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]}"


def _only_its_lines(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n")


def test_one_module_sends_requests() -> None:
    """Only hall.js sends requests."""
    fetching = [
        path.name
        for path in SCRIPTS
        if re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon", path.read_text("utf-8"))
    ]
    assert fetching == ["hall.js"]


def test_errors_are_not_distinguished_by_message() -> None:
    """Error messages differ between browsers, so errors are distinguished by class, name or code."""
    by_words = r"\.(?:test|exec|match|search|includes|startsWith|endsWith)\([^()]*\.message\b"
    of_words = r"\.message\??\.(?:match|search|includes|indexOf|startsWith|endsWith)\(|\.message\s*[!=]=="
    found = [path.name for path in SCRIPTS if re.search(f"{by_words}|{of_words}", path.read_text("utf-8"))]
    assert found == []


def test_files_name_no_other_host() -> None:
    """No file contains a URL of another host, except SVG's namespace."""
    files = [path for path in WEB.rglob("*") if path.suffix in {".js", ".css", ".html", ".svg", ".graphql"}]
    named = {
        address for path in files for address in re.findall(r"(?:https?:)?//[\w.-]+\.\w+", path.read_text("utf-8"))
    }
    assert named - {"http://www.w3.org"} == set()


def test_client_is_small() -> None:
    """All files of the client together are less than 140 KB compressed."""
    files = [path for path in WEB.rglob("*") if path.is_file() and path.suffix != ".ts"]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 140_000


def test_modules_are_preloaded() -> None:
    """index.html preloads all modules that app.js and the home page import, directly or indirectly."""
    announced = re.findall(r'<link rel="modulepreload" href="([^"]+)">', (WEB / "index.html").read_text("utf-8"))
    needed = (imported_by(WEB / "app.js") | imported_by(WEB / "pages" / "home.js")) - {WEB / "app.js"}
    assert announced == sorted(str(path.relative_to(WEB)) for path in needed)


def imported_by(path: Path) -> set[Path]:
    """Return a module with its direct and indirect imports."""
    found: set[Path] = set()
    queue = [path]
    while queue:
        module = queue.pop()
        if module not in found:
            found.add(module)
            queue.extend(imports(module))
    return found
