"""Handing an answer that is whole to the server."""

from app.site.door.rsgi import Headers, ServerProtocol


def send_whole(protocol: ServerProtocol, status: str, headers: Headers, body: bytes) -> None:
    """`status` is WSGI's: a number and words."""
    number = int(status[:3])
    if body:
        protocol.response_bytes(number, headers, body)
    else:
        protocol.response_empty(number, headers)
