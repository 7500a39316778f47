"""An endpoint written by hand: Starlette, and one statement that builds the JSON, asked in the loop itself."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peers.asking import STAFF, asked
from tests.bench.peers.logging_searches import Log
from tests.bench.peers.pages import NOBODY, SIZE, page_info, position
from tests.bench.peers.running import database, run
from tests.bench.peers.statement import OWN_RECORD, RECORDS, connect

CONNECTION = connect(database())
LOG = Log(database())


async def one_person(request: Request) -> Response:
    """Answer with the record of whoever asks."""
    found = CONNECTION.execute(OWN_RECORD, asked(request)).fetchone()
    viewer = "null" if found is None else f'{{"person":{found[0]}}}'
    return Response(f'{{"data":{{"viewer":{viewer}}}}}', media_type="application/json")


async def page(request: Request) -> Response:
    """Answer with one page of the people whom the asker may see, once that is written down."""
    actor, organisation, districts = CONNECTION.execute(STAFF, asked(request)).fetchone() or NOBODY
    behind = position(request.query_params.get("after"))
    found = CONNECTION.execute(RECORDS, (districts, behind)).fetchall()
    if actor:
        await LOG.showed(actor, organisation, [row for row, _ in found[:SIZE]])
    records = ",".join(record for _, record in found[:SIZE])
    info = page_info([row for row, _ in found])
    return Response(f'{{"data":{{"people":{{"nodes":[{records}],"pageInfo":{info}}}}}}}', media_type="application/json")


run(Starlette(routes=[Route("/one-person", one_person), Route("/page", page)]))
