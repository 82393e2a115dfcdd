"""What was taken: every id once, the latest messages to look at, and a log that outlives the process."""

import json
import os
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from .channels import Channel, same_receiver

_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
Answer = dict[str, str]
Message = dict[str, Any]


class Store:
    """Bounded: the answers of the last `most_ids` messages and the content of the last `most_messages`.

    A repeated id gets the answer it got first and is not sent twice. Refusals for a busy receiver are forgotten, so
    that trying again helps. Safe between threads.
    """

    def __init__(self, folder: Path, *, most_ids: int = 300_000, most_messages: int = 20_000) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "messages.jsonl"
        self._most_ids = most_ids
        self._answers: dict[tuple[str, str], Answer] = {}
        self._busy: set[tuple[str, str]] = set()
        self._messages: deque[Message] = deque(maxlen=most_messages)
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self._log = self._restore()

    def take(self, channel: Channel, messages: Iterable[Message]) -> list[Answer]:
        """The answer to each message, in order; accepted and refused ones are logged before it returns."""
        with self._lock:
            lines: list[str] = []
            at = datetime.now(UTC).isoformat(timespec="seconds")
            answers = [self._take_one(channel, message, at, lines) for message in messages]
            self._log.write("".join(lines))
            self._log.flush()
            self._forget_oldest()
        return answers

    def count(self, name: str) -> None:
        with self._lock:
            self.counts[name] += 1

    def latest(self, channel: str = "", receiver: str = "", most: int = 50) -> list[Message]:
        """The latest accepted messages, newest first."""
        with self._lock:
            newest = list(reversed(self._messages))
        wanted = same_receiver(receiver)
        matching = (
            message
            for message in newest
            if (not channel or message["channel"] == channel)
            and (not wanted or same_receiver(message["receiver"]) == wanted)
        )
        return list(islice(matching, most))

    def close(self) -> None:
        self._log.close()

    def _take_one(self, channel: Channel, message: Message, at: str, lines: list[str]) -> Answer:
        key = (channel.name, message["id"])
        if (known := self._answers.get(key)) is not None:
            self.counts[f"{channel.name}_repeated"] += 1
            return known
        answer = self._judge(channel, message, key)
        self.counts[f"{channel.name}_{answer['status']}"] += 1
        if answer["status"] != "busy":
            record = {
                "channel": channel.name,
                "receiver": message[channel.receiver],
                "at": at,
                "answer": answer,
                "message": message,
            }
            self._remember(record)
            lines.append(_line(record) + "\n")
        return answer

    def _judge(self, channel: Channel, message: Message, key: tuple[str, str]) -> Answer:
        code = channel.judge(message[channel.receiver])
        if code == "busy":
            if key not in self._busy:
                self._busy.add(key)
                return {"id": message["id"], "status": "busy", "code": code}
            self._busy.discard(key)
            code = ""
        return {"id": message["id"], "status": "refused" if code else "accepted", "code": code}

    def _remember(self, record: Message) -> None:
        answer = record["answer"]
        self._answers[record["channel"], answer["id"]] = answer
        if answer["status"] == "accepted":
            self._messages.append(record)

    def _forget_oldest(self) -> None:
        if len(self._busy) > self._most_ids:
            self._busy.clear()
        for key in list(islice(self._answers, max(0, len(self._answers) - self._most_ids))):
            del self._answers[key]

    def _restore(self) -> Any:
        """Reads the log and opens it for appending; one that has grown past twice the bound is cut to the bound."""
        lines = 0
        for record in _records(self._path):
            lines += 1
            self._remember(record)
            self._forget_oldest()
        if lines > 2 * self._most_ids:
            _keep_last(self._path, self._most_ids)
        _end_last_line(self._path)
        return self._path.open("a", encoding="utf-8")


def _records(path: Path) -> Iterator[Message]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as log:
        for line in log:
            try:
                record = json.loads(line)
                yield {name: record[name] for name in ("channel", "receiver", "at", "answer", "message")}
            except (ValueError, KeyError, TypeError):
                continue  # the last line of a process that was killed


def _keep_last(path: Path, most: int) -> None:
    with path.open(encoding="utf-8", errors="replace") as log:
        kept = deque(log, maxlen=most)
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as log:
        log.writelines(kept)
        log.flush()
        os.fsync(log.fileno())
    fresh.replace(path)


def _end_last_line(path: Path) -> None:
    """So that what is appended does not continue a torn line."""
    if path.exists() and path.stat().st_size:
        with path.open("rb+") as log:
            log.seek(-1, os.SEEK_END)
            if log.read(1) != b"\n":
                log.write(b"\n")
