"""Which modules of the client import which."""

import re
from collections.abc import Iterator
from pathlib import Path


def imports(path: Path) -> Iterator[Path]:
    """The modules that a module imports."""
    for module in re.findall(r"""^import [^'"]*['"]([^'"]+)['"]""", path.read_text("utf-8"), re.MULTILINE):
        yield (path.parent / module).resolve()
