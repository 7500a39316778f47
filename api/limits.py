"""What a request may cost; `service.limits` publishes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one request: nesting, aliases, tokens, and how many of a list come at once."""

    max_depth: int = 16
    max_aliases: int = 60
    max_tokens: int = 4000
    max_page_size: int = 100


LIMITS = Limits()
