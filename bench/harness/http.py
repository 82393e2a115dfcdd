"""One request at a time, for what is not about load."""

from collections.abc import Mapping
from http.client import HTTPConnection


def ask(port: int, host: str, path: str = "/", headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Status and text of an answer (text only of answers that are not compressed)."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": host, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()


def get(port: int, host: str) -> str:
    """The text of a host's home page; raises `RuntimeError` when there is none."""
    status, text = ask(port, host)
    if status != 200:
        raise RuntimeError(f"{host} answers {status}")
    return text
