"""The wires to the providers of SMS and e-mail: batches out, one outcome for each message back.

A provider recognises a repeated id and does not send it twice, so everything that is not certain is tried again.
Nothing here logs a receiver or a text; logs hold codes and counts.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal, Protocol

import httpx
import orjson

MOST_PER_CALL = 1_000
MOST_SPLITS = 64
"""Calls that looking for the bad messages of one refused call may cost."""
_log = logging.getLogger(__name__)

Status = Literal["accepted", "refused", "retry"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message. `refused` is final; `retry` asks for another attempt with the same id.

    `code` is the provider's for a refusal, or `http_422` (`http_413`) for a message that spoils any call it is in; for a retry
    it is one of `timeout`, `unreachable`, `server_error`, `too_fast`, `credentials`, `http_…`, `bad_answer`,
    `unanswered`, `not_tried`, or the provider's. `retry_after` is in seconds.
    """

    id: str
    status: Status
    code: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """`id` is what the provider recognises a repetition by; `phone` is E.164; `params` fill the provider's template."""

    id: str
    phone: str = field(repr=False)
    template: str
    params: Mapping[str, str] = field(repr=False)

    def payload(self) -> dict[str, Any]:
        return {"id": self.id, "phone": self.phone, "template": self.template, "params": dict(self.params)}


@dataclass(frozen=True, slots=True)
class EmailMessage:
    """A plain-text mail; `id` as for SMS."""

    id: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)

    def payload(self) -> dict[str, Any]:
        return {"id": self.id, "to": self.to, "subject": self.subject, "text": self.text}


class _Message(Protocol):
    @property
    def id(self) -> str: ...
    def payload(self) -> dict[str, Any]: ...


class _Failure(Exception):
    """A call that brought no answers for its messages, which are to be tried again.

    `lasting` spares the calls after it; `by_message` means that one of the messages is to blame.
    """

    def __init__(
        self, code: str, *, lasting: bool = False, by_message: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.lasting, self.by_message, self.retry_after = code, lasting, by_message, retry_after

    def of(self, message: _Message) -> Outcome:
        return Outcome(message.id, "retry", self.code, self.retry_after)


class _Search:
    """Halves a call that one of its messages spoils until that message stands alone.

    It is refused only if others of the call got through: where none does, it is not the message but all of us.
    """

    def __init__(self, call: Callable[[Sequence[_Message]], object], code: str) -> None:
        self._call, self._code, self._left = call, code, MOST_SPLITS
        self._got_through = False

    def among(self, batch: Sequence[_Message]) -> list[Outcome]:
        """An outcome for each message of a call that was refused."""
        outcomes = self._split(batch, self._code)
        if self._got_through:
            return outcomes
        return [replace(outcome, status="retry") for outcome in outcomes]

    def _split(self, batch: Sequence[_Message], code: str) -> list[Outcome]:
        if len(batch) == 1:
            return [Outcome(batch[0].id, "refused", code)]
        middle = len(batch) // 2
        return self._part(batch[:middle]) + self._part(batch[middle:])

    def _part(self, batch: Sequence[_Message]) -> list[Outcome]:
        if self._left == 0:
            return [Outcome(message.id, "retry", self._code) for message in batch]
        self._left -= 1
        try:
            outcomes = _outcomes(batch, self._call(batch))
        except _Failure as failure:
            if failure.by_message:
                return self._split(batch, failure.code)
            self._left = 0
            return [failure.of(message) for message in batch]
        self._got_through = True
        return outcomes


class _HttpAdapter:
    """Keeps its connections; a process forked from this one opens its own."""

    PATH: ClassVar[str]
    NAME: ClassVar[str]

    def __init__(self, base_url: str, api_key: str, timeout: float = 10.0) -> None:
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._timeout = timeout
        self._client: httpx.Client | None = None
        self._owner = 0

    def close(self) -> None:
        """Closes the connections; the next call opens new ones."""
        if self._client is not None and self._owner == os.getpid():
            self._client.close()
        self._client = None

    def _send(self, messages: Sequence[_Message]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for start in range(0, len(messages), MOST_PER_CALL):
            batch = messages[start : start + MOST_PER_CALL]
            try:
                outcomes += self._take(batch)
            except _Failure as failure:
                outcomes += map(failure.of, batch)
                if failure.lasting:
                    rest = _Failure("not_tried", retry_after=failure.retry_after)
                    outcomes += map(rest.of, messages[start + MOST_PER_CALL :])
                    break
        self._report(outcomes)
        return outcomes

    def _take(self, batch: Sequence[_Message]) -> list[Outcome]:
        """The outcomes of one call, and where one message spoils it of as many as show which; raises `_Failure`."""
        try:
            return _outcomes(batch, self._call(batch))
        except _Failure as failure:
            if not failure.by_message:
                raise
            return _Search(self._call, failure.code).among(batch)

    def _call(self, batch: Sequence[_Message]) -> object:
        """The provider's answer to one call; raises `_Failure`."""
        body = {"messages": [message.payload() for message in batch]}
        try:
            response = self._connection().post(f"{self._base_url}{self.PATH}", content=orjson.dumps(body))
        except httpx.TimeoutException:
            raise _Failure("timeout", lasting=True) from None
        except httpx.HTTPError:
            raise _Failure("unreachable", lasting=True) from None
        if response.is_success:
            return _json(response)
        raise _failure_of(response)

    def _connection(self) -> httpx.Client:
        if self._client is None or self._owner != os.getpid():
            self._owner = os.getpid()
            # Proxies of the environment are not asked: these messages carry phone numbers.
            self._client = httpx.Client(
                timeout=self._timeout,
                headers={"X-Api-Key": self._api_key, "Content-Type": "application/json"},
                trust_env=False,
                follow_redirects=False,
            )
        return self._client

    def _report(self, outcomes: Sequence[Outcome]) -> None:
        failed = Counter(f"{outcome.status}:{outcome.code}" for outcome in outcomes if outcome.status != "accepted")
        if failed:
            _log.warning("%s: %d messages, of them %s", self.NAME, len(outcomes), dict(failed))


class SmsAdapter(_HttpAdapter):
    """Short messages through `POST <base_url>/v1/batch`; `timeout` in seconds for each step of a call."""

    PATH = "/v1/batch"
    NAME = "sms"

    def send_batch(self, messages: Sequence[SmsMessage]) -> list[Outcome]:
        """One outcome for each message, in order; never raises for what a provider or a network does."""
        return self._send(messages)


class EmailAdapter(_HttpAdapter):
    """E-mail through `POST <base_url>/v1/send`; `timeout` in seconds for each step of a call."""

    PATH = "/v1/send"
    NAME = "email"

    def send_batch(self, messages: Sequence[EmailMessage]) -> list[Outcome]:
        """One outcome for each message, in order; never raises for what a provider or a network does."""
        return self._send(messages)


def _json(response: httpx.Response) -> object:
    try:
        return orjson.loads(response.content)
    except ValueError:
        raise _Failure("bad_answer") from None


def _failure_of(response: httpx.Response) -> _Failure:
    """Only 413 and 422 speak of the messages; whatever else is refused as a whole is our account or our settings."""
    status, retry_after = response.status_code, _seconds(response.headers.get("Retry-After"))
    if status in {401, 403}:
        return _Failure("credentials", lasting=True)
    if status == 429:
        return _Failure("too_fast", lasting=True, retry_after=retry_after)
    if status == 408 or status >= 500:
        return _Failure("server_error", lasting=True, retry_after=retry_after)
    if status in {413, 422}:
        return _Failure(f"http_{status}", by_message=True)
    return _Failure(f"http_{status}", lasting=True) if status >= 400 else _Failure("bad_answer")


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isascii() and header.isdecimal() else None


def _outcomes(batch: Sequence[_Message], answer: object) -> list[Outcome]:
    """Each message's result by its id; a message without one is tried again."""
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise _Failure("bad_answer")
    by_id = {result.get("id"): result for result in results if isinstance(result, dict)}
    return [_outcome(message, by_id.get(message.id)) for message in batch]


def _outcome(message: _Message, result: Mapping[str, Any] | None) -> Outcome:
    if result is None:
        return Outcome(message.id, "retry", "unanswered")
    code = str(result.get("code") or "")[:60]
    match result.get("status"):
        case "accepted":
            return Outcome(message.id, "accepted")
        case "refused":
            return Outcome(message.id, "refused", code)
        case "busy":
            return Outcome(message.id, "retry", code)
    return Outcome(message.id, "retry", "bad_answer")
