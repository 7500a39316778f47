"""An endpoint written by hand: Starlette, and one statement that builds the JSON, asked in the loop itself."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peers.asking import digest, now
from tests.bench.peers.pages import SIZE, page_info, position
from tests.bench.peers.running import database, run
from tests.bench.peers.statement import OWN_RECORD, RECORDS, connect

CONNECTION = connect(database())


async def one_person(request: Request) -> Response:
    """Answer with the record of whoever asks."""
    found = CONNECTION.execute(OWN_RECORD, (digest(request), now())).fetchone()
    viewer = "null" if found is None else f'{{"person":{found[0]}}}'
    return Response(f'{{"data":{{"viewer":{viewer}}}}}', media_type="application/json")


async def page(request: Request) -> Response:
    """Answer with one page of the people whom the asker may see."""
    behind = position(request.query_params.get("after"))
    found = CONNECTION.execute(RECORDS, (digest(request), now(), behind)).fetchall()
    records = ",".join(record for _, record in found[:SIZE])
    info = page_info([row for row, _ in found])
    return Response(f'{{"data":{{"people":{{"nodes":[{records}],"pageInfo":{info}}}}}}}', media_type="application/json")


run(Starlette(routes=[Route("/one-person", one_person), Route("/page", page)]))
