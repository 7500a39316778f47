"""A handwritten endpoint: Starlette, and one synchronous statement that builds the JSON."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peers.asking import STAFF, token_parameters
from tests.bench.peers.logging_searches import Log
from tests.bench.peers.pages import NO_ACCOUNT, SIZE, page_info, position
from tests.bench.peers.running import database, run
from tests.bench.peers.statement import OWN_RECORD, RECORDS, connect

CONNECTION = connect(database())
LOG = Log(database())


async def one_person(request: Request) -> Response:
    """Return the record of the account."""
    found = CONNECTION.execute(OWN_RECORD, token_parameters(request)).fetchone()
    viewer = "null" if found is None else f'{{"person":{found[0]}}}'
    return Response(f'{{"data":{{"viewer":{viewer}}}}}', media_type="application/json")


async def page(request: Request) -> Response:
    """Return a page of the persons in the account's scope after it is logged."""
    actor, organisation, districts = CONNECTION.execute(STAFF, token_parameters(request)).fetchone() or NO_ACCOUNT
    after_row = position(request.query_params.get("after"))
    found = CONNECTION.execute(RECORDS, (districts, after_row)).fetchall()
    if actor:
        await LOG.record_page(actor, organisation, [row for row, _ in found[:SIZE]])
    records = ",".join(record for _, record in found[:SIZE])
    info = page_info([row for row, _ in found])
    return Response(f'{{"data":{{"people":{{"nodes":[{records}],"pageInfo":{info}}}}}}}', media_type="application/json")


run(Starlette(routes=[Route("/one-person", one_person), Route("/page", page)]))
