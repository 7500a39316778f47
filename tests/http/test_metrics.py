"""Numbers for whoever watches over a Hall: what was asked, how it ended, how long it took, and nobody's name."""

from dataclasses import replace

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from api.http.request_state import DOORS
from api.settings import Settings
from tests.hall import open_hall
from tests.http.serving import serving
from tests.personal import people_in

LABELS = {"door", "operation", "status", "level", "le", "reason"}
NOBODY = "{ service { version } }"
OWN = "query Mine { viewer { person { name idNumber mobileNumber residentialAddress } } }"


def read(text: str) -> dict[str, Metric]:
    """Return the families of an answer, as Prometheus reads them."""
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(text: str, name: str, **labels: str) -> float:
    """Return one number; 0 where nothing was counted yet."""
    samples = [sample for family in read(text).values() for sample in family.samples]
    return next((each.value for each in samples if each.name == name and each.labels == labels), 0)


async def test_what_was_asked_is_counted(settings: Settings) -> None:
    """By door, kind of operation and status; a refusal too."""
    async with open_hall(settings) as hall:
        before = (await hall.get("/metrics")).text
        await hall.ask(OWN, account="eligible")
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


async def test_operations_without_a_plan_are_counted_by_reason(settings: Settings) -> None:
    """graphql-core answers them field by field: an operator sees that, and the log says it once for each document."""
    async with open_hall(settings) as hall:
        before = (await hall.get("/metrics")).text
        for _ in range(3):
            await hall.ask("{ __schema { queryType { name } } }")
        after = (await hall.get("/metrics")).text
    counted = [value(each, "hall_uncompiled_operations_total", reason="introspection") for each in (before, after)]
    assert counted[1] > counted[0]


async def test_numbers_tell_of_nobody(settings: Settings) -> None:
    """Whatever is asked, by whatever address, header or name, labels are words of ours."""
    async with open_hall(settings) as hall:
        await hall.ask(OWN, account="eligible")
        person = (await hall.ask(OWN, account="eligible"))["data"]["viewer"]["person"]
        for secret in ("120101199003070013", person["name"]):
            await hall.get(f"/{secret}")
            await hall.get("/graphql", params={"query": f'{{ person(id: "{secret}") {{ name }} }}'})
            await hall.post(json={"query": f"query Q{secret.encode().hex()} {{ nothing }}"})
            await (await hall.browser()).request(f"M{secret.encode().hex()}", "/graphql")
        text = (await hall.get("/metrics")).text
    samples = [sample for family in read(text).values() for sample in family.samples]
    ours = [sample for sample in samples if sample.name.startswith("hall_")]
    assert ours
    assert {label for sample in ours for label in sample.labels} <= LABELS
    assert {sample.labels["door"] for sample in ours if "door" in sample.labels} <= {"/", *DOORS}
    assert people_in(text) == []


@pytest.mark.parametrize("readers", [(), ("192.0.2.0/24",)])
async def test_numbers_are_for_whom_they_are_meant(settings: Settings, readers: tuple[str, ...]) -> None:
    """To others there is nothing, as at any address that leads nowhere; production names nobody by itself."""
    async with open_hall(replace(settings, metrics_from=readers)) as hall:
        answer = await hall.get("/metrics")
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "hall_" not in answer.text
    assert not Settings.from_environment({"HALL_MODE": "production"}).metrics_from


@pytest.mark.parametrize(
    ("proxies", "status"), [("", httpx.codes.NOT_FOUND), ("127.0.0.1", httpx.codes.OK)], ids=["nobody", "a known proxy"]
)
def test_an_address_is_believed_of_a_known_proxy_alone(
    empty_settings: Settings, proxies: str, status: httpx.codes
) -> None:
    """Whoever else sends X-Forwarded-For is where they are; what is counted and opened by address goes by that."""
    environment = {"HALL_TRUSTED_PROXIES": proxies, "HALL_METRICS_FROM": "192.0.2.1"}
    with serving(empty_settings, **environment) as served:
        forwarded = {"X-Forwarded-For": "192.0.2.1"}
        assert httpx.get(f"{served.address}/metrics", headers=forwarded).status_code == status
        assert httpx.get(f"{served.address}/metrics").status_code == httpx.codes.NOT_FOUND


def test_several_processes_answer_with_their_sums(empty_settings: Settings) -> None:
    """Whichever of them is asked: what one has counted the others know, and it outlives the one that counted."""
    with serving(empty_settings, HALL_WORKERS="2", HALL_METRICS_FROM="127.0.0.1") as served:
        served.wait_until("Application startup complete", times=2)
        for _ in range(12):
            httpx.post(f"{served.address}/graphql", json={"query": NOBODY}).raise_for_status()
        counts = {
            value(httpx.get(f"{served.address}/metrics").text, "hall_responses_total", door="/graphql", status="200")
            for _ in range(6)
        }
    assert counts == {12}
