"""Invented people that show every branch of the service.

loading.py    stores the people, and updates their dates each day
stories.py    what each account of the demo shows
personas.py   the records behind the stories
ordinary.py   a few hundred people without a story, so that lists have pages
lives.py      dates and numbers of invented people
log_key.py    the demo's own key of the access log
"""

from api.demo.loading import ensure
from api.demo.log_key import demo_log_keys
from api.demo.stories import STORIES, Story

__all__ = ["STORIES", "Story", "demo_log_keys", "ensure"]
