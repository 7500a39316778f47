"""Documents with excessive cost."""

import asyncio
from time import perf_counter

from tests.attack.bystander import bystander
from tests.attack.promise import promise, require
from tests.attack.target import Target
from tests.http.worst_case_documents import KINDS, REQUESTS, accepted, document_text, largest

MAX_WAIT_SECONDS = 0.5


def doubling(levels: int) -> str:
    """Return a document whose expanded size doubles with each level."""
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
    """Documents with excessive cost are refused at once."""
    slowest = 0.0
    for what, document in DOCUMENTS.items():
        started = perf_counter()
        response = await target.post(
            {"query": document, "operationName": "Q0"} if "Q0" in document else {"query": document}
        )
        slowest = max(slowest, perf_counter() - started)
        require(response.status_code < 500, f"{what} was answered with {response.status_code}")
        require(response.json().get("errors") and not response.json().get("data"), f"{what} was answered")
    require(slowest <= MAX_WAIT_SECONDS, f"the slowest took {slowest * 1000:.0f} ms")
    return f"{len(DOCUMENTS)} documents, the slowest {slowest * 1000:.0f} ms"


@promise
async def dear_documents(target: Target) -> str:
    """Worst-case documents and variables, accepted or refused, do not delay other clients."""
    # Browsers and documents are prepared before the measurement, because both block this process.
    for account in {account for _, account in (*KINDS.values(), *REQUESTS.values())}:
        await target.browser(account)
    expensive = [
        (kind, account, [document_text(kind, size, salt=str(number)) for number in range(2)])
        for kind, (_, account) in KINDS.items()
        for size in (accepted(kind), min(accepted(kind) + 1, largest(kind)), largest(kind))
    ]
    sent = 0
    async with bystander(target.address) as waits:
        for kind, account, texts in expensive:
            answers = await asyncio.gather(*(target.post({"query": text}, account) for text in texts))
            sent += len(answers)
            require(max(answer.status_code for answer in answers) < 500, f"{kind} was not answered")
        for name, (request, account) in REQUESTS.items():
            answers = await asyncio.gather(*(target.post(request, account) for _ in range(2)))
            sent += len(answers)
            require(max(answer.status_code for answer in answers) < 500, f"{name} was not answered")
    calm, beside = waits
    added = beside.typical_longest - calm.typical_longest
    require(added <= MAX_WAIT_SECONDS, f"another client waited {added * 1000:.0f} ms longer than before")
    return f"{sent} requests, another client waited {max(added, 0) * 1000:.0f} ms longer in {len(beside.responses)}"
