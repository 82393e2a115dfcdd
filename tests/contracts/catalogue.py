"""What the database's own catalogue says of the walls: who owns tables, who holds rights, what keys begin with."""

from typing import Any

import psycopg

from tenants.context import Plane

# Unique things that don't begin with the zone though the table has one, and why that tells nobody anything.
NOT_BY_ZONE = {
    "audit_entries_pkey": "the city's own deeds have no zone; ids are random and name nothing",
    "zone_slugs_pkey": "hosts lead to zones: a slug is unique in the whole city",
    "help_used_invoices_pkey": "an invoice is paid for once in all zones; no plane reads the register or writes it",
    "zone_domains_pkey": "hosts lead to zones: a domain is unique in the whole world",
}
# Tables of the whole city to which a zone's rows may point by themselves.
SHARED_TARGETS = {
    "zones": "a row names its zone",
    "unions": "unions are public",
    "policy_rules": "spending rules are public",
    "members": "people belong to unions; the columns are written from scopes that have read the person",
    "accounts": "accounts are the identity plane's, which writes the row",
}


def unforced_tables(connection: psycopg.Connection[Any]) -> list[str]:
    """Tables that row-level security does not bind whoever asks, or that somebody else owns."""
    return _names(connection, """
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'alembic_version'
          AND (NOT relrowsecurity OR NOT relforcerowsecurity OR pg_get_userbyid(relowner) <> 'hall_owner')
        ORDER BY 1
    """)  # fmt: skip


def open_grants(connection: psycopg.Connection[Any]) -> list[str]:
    """Rights on tables or columns that somebody holds who is neither the owner nor a plane: `who: right on what`."""
    return _names(connection, """
        SELECT coalesce(pg_get_userbyid(nullif(grantee, 0)), 'everybody') || ': ' || privilege_type || ' on ' || relname
        FROM pg_class c, LATERAL (
            SELECT * FROM aclexplode(c.relacl)
            UNION ALL SELECT e.* FROM pg_attribute a, aclexplode(a.attacl) e WHERE a.attrelid = c.oid
        ) held
        WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i' AND relname <> 'alembic_version'
          AND (grantee = 0 OR pg_get_userbyid(grantee) <> ALL (%s))
        ORDER BY 1
    """, [["hall_owner", *Plane]])  # fmt: skip


def grants_beyond_rows(connection: psycopg.Connection[Any]) -> list[str]:
    """Rights of planes that policies do not bind: TRUNCATE empties a table, REFERENCES and TRIGGER see its rows."""
    return _names(connection, """
        SELECT pg_get_userbyid(grantee) || ': ' || privilege_type || ' on ' || relname
        FROM pg_class, aclexplode(relacl)
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND pg_get_userbyid(grantee) = ANY (%s)
          AND privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        ORDER BY 1
    """, [list(Plane)])  # fmt: skip


def loose_search_paths(connection: psycopg.Connection[Any]) -> list[str]:
    """Functions with their owner's rights that look for names where a caller could have put some first."""
    return _names(connection, """
        SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
          AND NOT coalesce(proconfig, '{}') @> ARRAY['search_path=public, pg_temp'] ORDER BY 1
    """)  # fmt: skip


def loose_keys(connection: psycopg.Connection[Any]) -> list[str]:
    """Primary keys, unique constraints and unique indexes of tables with a zone that don't begin with it.

    Uniqueness is checked past the policies: what doesn't begin with the zone tells one zone what another one has.
    """
    found = _names(connection, """
        SELECT k.relname FROM pg_index i
        JOIN pg_class k ON k.oid = i.indexrelid
        JOIN pg_attribute z ON z.attrelid = i.indrelid AND z.attname = 'zone_id'
        WHERE k.relnamespace = 'public'::regnamespace AND i.indisunique AND i.indkey[0] <> z.attnum
        ORDER BY 1
    """)  # fmt: skip
    return [name for name in found if name not in NOT_BY_ZONE]


def loose_foreign_keys(connection: psycopg.Connection[Any]) -> list[str]:
    """Foreign keys that could point into another zone: the check does not ask the policies.

    To a table with zones a key begins with the zone on both sides; to others only where `SHARED_TARGETS` says why.
    """
    return _names(connection, """
        SELECT c.conrelid::regclass || ' ' || c.conname FROM pg_constraint c
        LEFT JOIN pg_attribute here ON here.attrelid = c.conrelid AND here.attname = 'zone_id'
        LEFT JOIN pg_attribute there ON there.attrelid = c.confrelid AND there.attname = 'zone_id'
        WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND CASE
            WHEN there.attnum IS NOT NULL THEN (c.conkey[1], c.confkey[1]) IS DISTINCT FROM (here.attnum, there.attnum)
            ELSE here.attnum IS NOT NULL AND c.confrelid::regclass::text <> ALL (%s)
        END ORDER BY 1
    """, [list(SHARED_TARGETS)])  # fmt: skip


def loose_places(connection: psycopg.Connection[Any]) -> list[str]:
    """Tables that say a union and its path without a foreign key that keeps the two together."""
    return _names(connection, """
        SELECT t.oid::regclass::text FROM pg_class t
        JOIN pg_attribute u ON u.attrelid = t.oid AND u.attname = 'union_id'
        JOIN pg_attribute p ON p.attrelid = t.oid AND p.attname = 'union_path'
        WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND NOT EXISTS (
            SELECT FROM pg_constraint c WHERE c.conrelid = t.oid AND c.contype = 'f'
              AND c.confrelid = 'unions'::regclass AND c.conkey = ARRAY[u.attnum, p.attnum])
        ORDER BY 1
    """)  # fmt: skip


def zone_tables(connection: psycopg.Connection[Any]) -> set[str]:
    """Tables whose key begins with their zone."""
    return set(_names(connection, """
        SELECT i.indrelid::regclass::text FROM pg_index i
        JOIN pg_attribute z ON z.attrelid = i.indrelid AND z.attname = 'zone_id' AND z.attnum = i.indkey[0]
        JOIN pg_class t ON t.oid = i.indrelid AND t.relnamespace = 'public'::regnamespace
        WHERE i.indisprimary
    """))  # fmt: skip


def _names(connection: psycopg.Connection[Any], sql: str, parameters: Any = None) -> list[str]:
    return [name for (name,) in connection.execute(sql, parameters)]  # type: ignore[arg-type]
