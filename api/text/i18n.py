"""The two languages of the Hall, and texts that exist in both."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language of the Hall: Chinese is the official one, English a courtesy."""

    ZH = "ZH"
    EN = "EN"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence or a name in both languages."""

    zh: str
    en: str

    def say(self, language: Language | None) -> str:
        """Return the text in `language`, by default in Chinese."""
        return self.en if language is Language.EN else self.zh
