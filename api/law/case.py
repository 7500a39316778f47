"""What every case has: the day and the channel that it is judged for."""

from dataclasses import dataclass
from datetime import date

from api.law.rule import Channel


@dataclass(frozen=True, slots=True)
class DatedCase:
    """A case that is judged for a day and a channel. A scheme's own case adds the facts that its rules need."""

    on: date
    channel: Channel
