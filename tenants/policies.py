"""The third wall: row-level security, written by migrations through `protect(...)`.

A table belongs to `hall_owner`, which cannot log in. Each plane gets the rights its rule names and one policy per
right; a plane without a rule has no rights on the table at all.
"""

from dataclasses import dataclass

from alembic import op

from tenants.context import Plane

OWNER = "hall_owner"
LOGIN = "hall_app"


def _setting(name: str, cast: str = "") -> str:
    """A transaction-local setting; a finished SET LOCAL leaves '' behind, so '' counts as unset."""
    return f"nullif(current_setting('hall.{name}', true), ''){cast}"


RUNNING_ZONE = _setting("zone", "::uuid")
ZONE = f"zone_id = {RUNNING_ZONE}"
OWN = f"member_id = {_setting('member', '::uuid')}"
SUBTREE = f"(union_path >= {_setting('path')} AND union_path < {_setting('path_end')})"
REASON = f"{_setting('reason')} IS NOT NULL"
UNTIED = f"""(NOT blind_paths && (SELECT string_to_array({_setting("ties")}, ',')) OR blind_paths = '{{}}')"""
"""Nobody who is tied to a union under any of `blind_paths` sees the row: by a zone, a membership or a role there.

The setting holds their unions and all above those, so that they are under a path where the two have one in common.
"""
UNTIED_BY_BITS = f"""(blind_bits & (SELECT path_bits(string_to_array({_setting("ties")}, ','))) = 0 OR {UNTIED})"""
"""The same of a table that keeps `path_bits(blind_paths)`: paths without a bit in common have none in common, so that most rows
are known by one look at a number."""
UNTIED_TO_ONE = f"""(blind_path IS NULL OR ({_setting("ties")} IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM unnest(string_to_array({_setting("ties")}, ',')) AS tie (path)
    WHERE tie.path COLLATE "C" >= blind_path AND tie.path COLLATE "C" < blind_end)))"""  # noqa: S608 - settings of ours
"""What `UNTIED` was while a row was kept from one union at most; migrations of that time say it."""


def own_deed(plane: Plane) -> str:
    """The condition that an audit entry names who is really writing it."""
    return f"plane = '{plane}' AND account_id IS NOT DISTINCT FROM {_setting('account', '::uuid')}"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one plane may do with a table: SQL conditions per right, `all` for the four together.

    Conditions choose rows. `read_columns` and `update_columns` (separated by commas) choose what may be read or changed
    in them; without a list it is every column.
    """

    read: str = ""
    insert: str = ""
    update: str = ""
    delete: str = ""
    all: str = ""
    read_columns: str = ""
    update_columns: str = ""

    def rights(self) -> dict[str, str]:
        named = {"SELECT": self.read, "INSERT": self.insert, "UPDATE": self.update, "DELETE": self.delete}
        return {right: condition or self.all for right, condition in named.items() if condition or self.all}

    def columns(self, right: str) -> str:
        """The columns a right is granted on, in brackets; empty for all of them."""
        listed = {"SELECT": self.read_columns, "UPDATE": self.update_columns}.get(right, "")
        return f" ({listed})" if listed else ""


def protect(table: str, **rules: Rule) -> None:
    """Close a table and open it to the planes named (`member`, `staff`, `city`, `identity`, `worker`).

    `owner` is for tables that a trigger of the owner writes: FORCE binds even the owner to policies."""
    op.execute(f"ALTER TABLE {table} OWNER TO {OWNER}")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for plane_name, rule in rules.items():
        plane = OWNER if plane_name == "owner" else Plane[plane_name.upper()].value
        for right, condition in rule.rights().items():
            op.execute(f"GRANT {right}{rule.columns(right)} ON {table} TO {plane}")
            using = "" if right == "INSERT" else f" USING ({condition})"
            check = f" WITH CHECK ({condition})" if right in ("INSERT", "UPDATE") else ""
            op.execute(f"CREATE POLICY {plane}_{right.lower()} ON {table} FOR {right} TO {plane}{using}{check}")


def create_roles() -> None:
    """The owner, the planes and the login that may become a plane; roles outlive databases, so each may exist.

    What is there already is left alone: after `deploy/postgresql/roles.sql` a login that may not make roles can migrate.
    """
    for role, attributes in ((OWNER, "NOLOGIN"), *((plane, "NOLOGIN") for plane in Plane), (LOGIN, "LOGIN")):
        op.execute(f"""
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                    CREATE ROLE {role} {attributes} NOINHERIT;
                END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
        """)
    op.execute(f"""
        DO $$ BEGIN
            IF (SELECT rolinherit FROM pg_roles WHERE rolname = '{LOGIN}') THEN ALTER ROLE {LOGIN} NOINHERIT; END IF;
        END $$
    """)  # noqa: S608 - a role of ours
    for plane in Plane:
        # USAGE means that the plane's rights are there without SET ROLE; since PostgreSQL 16 that is kept in each grant.
        op.execute(f"""
            DO $$ BEGIN
                IF NOT pg_has_role('{LOGIN}', '{plane}', 'MEMBER') OR pg_has_role('{LOGIN}', '{plane}', 'USAGE') THEN
                    EXECUTE 'GRANT {plane} TO {LOGIN}' || CASE
                        WHEN current_setting('server_version_num')::int >= 160000 THEN ' WITH INHERIT FALSE' ELSE '' END;
                END IF;
            END $$
        """)
    op.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    op.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {LOGIN}, {', '.join(Plane)}")


def drop_roles() -> None:
    """Take the planes' rights on this database back; the roles themselves may serve other databases."""
    op.execute(f"REVOKE ALL ON SCHEMA public FROM {OWNER}, {LOGIN}, {', '.join(Plane)}")
