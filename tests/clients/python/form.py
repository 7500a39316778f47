"""The form that the clients in Python send."""

from typing import Any
from uuid import uuid4

ACCOUNT = {"account": "eligible", "password": "demo-eligible"}


def form(notice_version: str) -> dict[str, Any]:
    """Return a form that can be registered."""
    return {
        "idempotencyKey": str(uuid4()),
        "noticeVersion": notice_version,
        "insuredDistrict": "120101",
        "householdRegistrationType": "11",
        "ethnicGroup": "01",
        "residentialAddress": "天津市和平区南京路1号",
        "mobileNumber": "13812345678",
        "worksInCity": True,
    }
