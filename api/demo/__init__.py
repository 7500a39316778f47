"""People who do not exist, so that every branch of the service can be seen at once."""

from api.demo.loading import ensure
from api.demo.stories import STORIES, Story

__all__ = ["STORIES", "Story", "ensure"]
