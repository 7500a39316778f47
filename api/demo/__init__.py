"""Invented people, so that every branch of the service can be seen.

loading.py    stores the people, and dates them anew each day
stories.py    what each account of the demo shows
personas.py   the records behind the stories
ordinary.py   a few hundred people without a story, so that lists have pages
lives.py      dates and numbers of invented people
"""

from api.demo.loading import ensure
from api.demo.stories import STORIES, Story

__all__ = ["STORIES", "Story", "ensure"]
