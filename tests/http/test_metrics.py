"""Prometheus metrics: counts, statuses and durations of requests, without personal data."""

from dataclasses import replace

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from api.http.request_state import NAMED_ROUTES
from api.settings import Settings
from tests.conftest import needs_compiler
from tests.hall import open_hall
from tests.http.serving import serving
from tests.personal import people_in

LABELS = {"door", "operation", "status", "level", "le", "reason"}
ANONYMOUS_QUERY = "{ service { version } }"
OWN_RECORD_QUERY = "query Mine { viewer { person { name idNumber mobileNumber residentialAddress } } }"


def parse_families(text: str) -> dict[str, Metric]:
    """Return the metric families of an exposition."""
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(text: str, name: str, **labels: str) -> float:
    """Return a sample's value, or 0 if it has no sample yet."""
    samples = [sample for family in parse_families(text).values() for sample in family.samples]
    return next((each.value for each in samples if each.name == name and each.labels == labels), 0)


async def test_requests_are_counted(settings: Settings) -> None:
    """Requests are counted by route, operation type and status, refused ones included."""
    async with open_hall(settings) as hall:
        before = (await hall.get("/metrics")).text
        await hall.ask(OWN_RECORD_QUERY, account="eligible")
        await hall.post(content="no JSON")
        await hall.get("/")
        response = await hall.get("/metrics")
    after = response.text
    assert response.headers["content-type"].startswith("text/plain")
    assert response.headers["cache-control"] == "no-store"
    for name, labels, more in [
        ("hall_request_seconds_count", {"door": "/graphql", "operation": "query"}, 1),
        ("hall_request_seconds_count", {"door": "/graphql", "operation": "mutation"}, 1),
        ("hall_request_seconds_count", {"door": "/", "operation": ""}, 1),
        ("hall_responses_total", {"door": "/graphql", "status": "200"}, 2),
        ("hall_responses_total", {"door": "/graphql", "status": "415"}, 1),
    ]:
        assert value(after, name, **labels) - value(before, name, **labels) == more, (name, labels)
    assert value(after, "process_open_fds") > 0
    assert value(after, "process_resident_memory_bytes") > 0


@needs_compiler
async def test_uncompiled_operations_are_counted(settings: Settings) -> None:
    """Operations that graphql-core executes are counted by reason."""
    async with open_hall(settings) as hall:
        before = (await hall.get("/metrics")).text
        for _ in range(3):
            await hall.ask("{ __schema { queryType { name } } }")
        after = (await hall.get("/metrics")).text
    counted = [value(each, "hall_uncompiled_operations_total", reason="introspection") for each in (before, after)]
    assert counted[1] > counted[0]


async def test_labels_contain_no_input(settings: Settings) -> None:
    """Label values come from a fixed set for any URL, header or operation name."""
    async with open_hall(settings) as hall:
        await hall.ask(OWN_RECORD_QUERY, account="eligible")
        person = (await hall.ask(OWN_RECORD_QUERY, account="eligible"))["data"]["viewer"]["person"]
        for secret in ("120101199003070013", person["name"]):
            await hall.get(f"/{secret}")
            await hall.get("/graphql", params={"query": f'{{ person(id: "{secret}") {{ name }} }}'})
            await hall.post(json={"query": f"query Q{secret.encode().hex()} {{ nothing }}"})
            await (await hall.browser()).request(f"M{secret.encode().hex()}", "/graphql")
        text = (await hall.get("/metrics")).text
    samples = [sample for family in parse_families(text).values() for sample in family.samples]
    ours = [sample for sample in samples if sample.name.startswith("hall_")]
    assert ours
    assert {label for sample in ours for label in sample.labels} <= LABELS
    assert {sample.labels["door"] for sample in ours if "door" in sample.labels} <= {"/", *NAMED_ROUTES}
    assert people_in(text) == []


@pytest.mark.parametrize("readers", [(), ("192.0.2.0/24",)])
async def test_metrics_are_404_for_other_addresses(settings: Settings, readers: tuple[str, ...]) -> None:
    """Clients outside HALL_METRICS_FROM get 404; in production the list is empty by default."""
    async with open_hall(replace(settings, metrics_from=readers)) as hall:
        answer = await hall.get("/metrics")
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "hall_" not in answer.text
    assert not Settings.from_environment({"HALL_MODE": "production"}).metrics_from


@pytest.mark.parametrize(
    ("proxies", "status"),
    [("", httpx.codes.NOT_FOUND), ("127.0.0.1", httpx.codes.OK)],
    ids=["no proxy", "a trusted proxy"],
)
def test_forwarded_address_needs_trusted_proxy(empty_settings: Settings, proxies: str, status: httpx.codes) -> None:
    """X-Forwarded-For is used only if the peer is a trusted proxy."""
    environment = {"HALL_TRUSTED_PROXIES": proxies, "HALL_METRICS_FROM": "192.0.2.1"}
    with serving(empty_settings, **environment) as served:
        forwarded = {"X-Forwarded-For": "192.0.2.1"}
        assert httpx.get(f"{served.address}/metrics", headers=forwarded).status_code == status
        assert httpx.get(f"{served.address}/metrics").status_code == httpx.codes.NOT_FOUND


def test_workers_report_sums(empty_settings: Settings) -> None:
    """Each worker reports the sums over all workers, including workers that have ended."""
    with serving(empty_settings, HALL_WORKERS="2", HALL_METRICS_FROM="127.0.0.1") as served:
        served.wait_until("Application startup complete", times=2)
        for _ in range(12):
            httpx.post(f"{served.address}/graphql", json={"query": ANONYMOUS_QUERY}).raise_for_status()
        counts = {
            value(httpx.get(f"{served.address}/metrics").text, "hall_responses_total", door="/graphql", status="200")
            for _ in range(6)
        }
    assert counts == {12}
