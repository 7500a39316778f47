"""Headers as offices write them: *证件号码, 姓 名, 身份证号码（必填）, ID_NUMBER, a title above."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.importing.columns import ImportColumn
from api.importing.encodings import Unreadable
from api.text.folding import visible

# The header is in one of the first rows; above it may be titles, dates and the author.
MAX_HEADER_ROWS = 10
REMARK = re.compile(r"[(\[【〔{].*?[)\]】〕}]")
NUMBERING = re.compile(r"^[0-9]+[.、)]")
NO_LETTER = re.compile(r"[\W_]")


@dataclass(frozen=True, slots=True)
class Header:
    """A row of titles: their columns, None for an unknown one; and the unknown titles."""

    columns: tuple[str | None, ...]
    unknown: tuple[str, ...]

    @property
    def known(self) -> frozenset[str]:
        """The recognized columns."""
        return frozenset(name for name in self.columns if name)


def title_key(title: str) -> str:
    """Normalize a title: no remarks in brackets, punctuation, numbering, white space or case."""
    bare = "".join(visible(title).split())
    without = NUMBERING.sub("", REMARK.sub("", bare))
    return NO_LETTER.sub("", without or bare).casefold()


def parse_header(titles: Iterable[str], columns: Sequence[ImportColumn]) -> Header:
    """Return the columns that titles name; raise Unreadable if two titles match a column equally well.

    The label of a column has precedence over its other titles: a file may have 社会保障号码 beside 证件号码.
    """
    own = {title_key(title): each.name for each in columns for title in (each.name, each.labels[0])}
    other = {title_key(title): each.name for each in columns for title in each.labels[1:]}
    titles = [title.strip() for title in titles]
    # Deleted columns of a sheet leave empty titles at the end.
    while titles and not titles[-1]:
        titles.pop()
    keys = [title_key(title) for title in titles]
    named = [own.get(key) if key else None for key in keys]
    names = [name or _unless(other.get(key), named) for name, key in zip(named, keys, strict=True)]
    known = [name for name in names if name]
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise Unreadable(f"the header names {', '.join(twice)} twice")
    unknown = tuple(title for title, name in zip(titles, names, strict=True) if title and not name)
    return Header(tuple(names), unknown)


def missing_header(found: Header, required: frozenset[str], columns: Sequence[ImportColumn], how: str) -> Unreadable:
    """Return the error for a file without its header. Unknown titles may be personal data and are not repeated."""
    labels: Mapping[str, str] = {each.name: each.labels[0] for each in columns}
    missing = sorted(required - found.known)
    there = f"only {', '.join(sorted(found.known))}" if found.known else "no column that is known"
    wanted = ", ".join(f"{labels[name]} ({name})" for name in sorted(required))
    return Unreadable(
        f"the header lacks {', '.join(missing)}: read {how}, its first {MAX_HEADER_ROWS} rows have {there}; "
        f"one of them must name {wanted}"
    )


def _unless(name: str | None, taken: Sequence[str | None]) -> str | None:
    return None if name in taken else name
