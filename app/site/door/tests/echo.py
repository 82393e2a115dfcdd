"""An application that says again what it was sent, behind the door's own reading and answering: `granian --interface rsgi …:door`."""

from collections.abc import Iterable
from typing import Any

from app.site.door.bodies import read_body
from app.site.door.environ import environ_of
from app.site.door.rsgi import Scope, ServerProtocol
from app.site.door.threads import Threads

LONGEST = 20_000_000


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The body in pieces of eight kilobytes, as many times as the query says."""
    sent = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    times = int(environ["QUERY_STRING"] or 1)
    return (sent[place : place + 8_192] for _ in range(times) for place in range(0, len(sent), 8_192))


class Echo:
    def __init__(self) -> None:
        self._threads = Threads(2)

    async def __rsgi__(self, asked: Scope, protocol: ServerProtocol) -> None:
        environ = environ_of(asked)
        with await read_body(environ, protocol, LONGEST) as environ["wsgi.input"]:
            await self._threads.run(echo, environ, protocol)


door = Echo()
