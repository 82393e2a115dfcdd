"""Proof that a union controls a domain: a TXT record at `_unionhall.<domain>` (the way RFC 8555 proves control)."""

import dns.exception
import dns.resolver

LABEL = "_unionhall"
SECONDS = 4.0


def published_proofs(domain: str) -> list[str]:
    """The texts published for the domain; empty when there are none or DNS does not answer in time."""
    try:
        answer = dns.resolver.resolve(f"{LABEL}.{domain}", "TXT", lifetime=SECONDS)
    except dns.exception.DNSException:
        return []
    return ["".join(part.decode("ascii", "replace") for part in record.strings) for record in answer]
