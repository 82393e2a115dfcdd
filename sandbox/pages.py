"""The phone on the desk: the latest messages as a page, rendered on the server, everything escaped."""

from collections.abc import Mapping
from html import escape
from typing import Any

STYLE = b"""
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 15%, transparent); }
body { margin: 0 auto; max-width: 40rem; padding: 1.5rem 1rem; font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.25rem; margin: 0; }
header p, time, footer { font-size: .875rem; opacity: .7; }
header p { margin: .25rem 0 1rem; }
form { display: flex; gap: .5rem; margin-bottom: 1rem; }
input, button { font: inherit; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .5rem; }
input { flex: 1; min-width: 0; }
ol { list-style: none; margin: 0; padding: 0; }
li { border: 1px solid var(--line); border-radius: .75rem; padding: .75rem 1rem; margin-bottom: .75rem; }
li header { display: flex; justify-content: space-between; gap: 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .125rem 1rem; margin: .5rem 0 0; }
dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
dd.code { font-size: 1.5rem; font-weight: 600; letter-spacing: .15em; }
"""


def messages_page(messages: list[dict[str, Any]], receiver: str, counts: Mapping[str, int]) -> bytes:
    """All of the latest messages, or one receiver's; it reloads itself every five seconds unless one is searching."""
    items = "".join(map(_item, messages)) or "<li>No message yet.</li>"
    refresh = "" if receiver else '<meta http-equiv="refresh" content="5">'
    figures = " · ".join(f"{escape(name.replace('_', ' '))} {count}" for name, count in sorted(counts.items()))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
{refresh}<title>Messages in the sandbox</title><link rel="stylesheet" href="/style.css"></head>
<body><header><h1>Messages in the sandbox</h1><p>Nothing here was really sent.</p></header>
<form method="get" action="/"><input type="search" name="to" value="{escape(receiver)}"
 placeholder="Phone number or address" aria-label="Phone number or address"><button>Show</button></form>
<main><ol>{items}</ol></main><footer>{figures}</footer></body></html>""".encode()


def _item(record: dict[str, Any]) -> str:
    message = record["message"]
    about = message.get("subject") or message.get("template", "")
    details = message["params"] if record["channel"] == "sms" else {"text": message["text"]}
    pairs = "".join(_pair(name, value) for name, value in details.items())
    return (
        f'<li><header><strong>{escape(record["receiver"])}</strong><time datetime="{escape(record["at"])}">'
        f"{escape(record['at'])}</time></header><div>{escape(about)}</div><dl>{pairs}</dl></li>"
    )


def _pair(name: str, value: object) -> str:
    kind = ' class="code"' if name == "code" else ""
    return f"<dt>{escape(name)}</dt><dd{kind}>{escape(str(value))}</dd>"
