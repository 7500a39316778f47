"""Documents that would cost too much."""

import asyncio
from time import perf_counter

from tests.attack.promise import demand, promise
from tests.attack.target import Target
from tests.http.worst_case_documents import KINDS, REQUESTS, accepted, document_text, largest

LONGEST_WAIT = 0.5


def doubling(levels: int) -> str:
    """Return a document whose fragments double at each level."""
    fragments = [f"fragment F{level} on Query {{ ...F{level + 1} ...F{level + 1} }}" for level in range(levels)]
    return " ".join(["query { ...F0 }", *fragments, f"fragment F{levels} on Query {{ service {{ version }} }}"])


DOCUMENTS = {
    "nesting": "{ viewer { person " + "{ flexibleEmployment { current " * 40 + "{ id }" + "} }" * 40 + " } }",
    "aliases": "{ " + " ".join(f"a{number}: service {{ version }}" for number in range(1000)) + " }",
    "repeats": "{ " + "service { version } " * 1500 + "}",
    "fragments that double": doubling(60),
    "a fragment in itself": "{ ...F } fragment F on Query { ...F }",
    "directives": "{ service " + "@include(if: true) " * 500 + "{ version } }",
    "operations": " ".join(f"query Q{number} {{ service {{ version }} }}" for number in range(300)),
    "nested values": "{ retirement(sex: " + "[" * 300 + "]" * 300 + ', birthDate: "1970-01-01") { date } }',
}


@promise
async def document_limits(target: Target) -> str:
    """A document that would cost too much is refused at once, and keeps nobody waiting."""
    slowest = 0.0
    for what, document in DOCUMENTS.items():
        began = perf_counter()
        response = await target.post(
            {"query": document, "operationName": "Q0"} if "Q0" in document else {"query": document}
        )
        slowest = max(slowest, perf_counter() - began)
        demand(response.status_code < 500, f"{what} was answered with {response.status_code}")
        demand(response.json().get("errors") and not response.json().get("data"), f"{what} was answered")
    demand(slowest <= LONGEST_WAIT, f"the slowest took {slowest * 1000:.0f} ms")
    return f"{len(DOCUMENTS)} documents, the slowest {slowest * 1000:.0f} ms"


@promise
async def dear_documents(target: Target) -> str:
    """While the dearest documents and variables are sent, accepted ones and refused ones, nobody else waits long."""
    # Browsers are opened, and documents written, before anything is timed: both keep this process itself waiting.
    for account in {account for _, account in (*KINDS.values(), *REQUESTS.values())}:
        await target.browser(account)
    dear = [
        (way, account, [document_text(way, size, salt=str(number)) for number in range(2)])
        for way, (_, account) in KINDS.items()
        for size in (accepted(way), min(accepted(way) + 1, largest(way)), largest(way))
    ]
    waits: list[float] = []
    asked = 0

    async def somebody_else(done: asyncio.Event) -> None:
        while not done.is_set():
            began = perf_counter()
            await target.ask("{ service { version } }")
            waits.append(perf_counter() - began)

    done = asyncio.Event()
    waiting = asyncio.create_task(somebody_else(done))
    try:
        for way, account, texts in dear:
            answers = await asyncio.gather(*(target.post({"query": text}, account) for text in texts))
            asked += len(answers)
            demand(max(answer.status_code for answer in answers) < 500, f"{way} was not answered")
        for name, (request, account) in REQUESTS.items():
            answers = await asyncio.gather(*(target.post(request, account) for _ in range(2)))
            asked += len(answers)
            demand(max(answer.status_code for answer in answers) < 500, f"{name} was not answered")
    finally:
        done.set()
        await waiting
    demand(max(waits) <= LONGEST_WAIT, f"somebody waited {max(waits) * 1000:.0f} ms")
    return f"{asked} requests, the longest wait of {len(waits)} {max(waits) * 1000:.0f} ms"
