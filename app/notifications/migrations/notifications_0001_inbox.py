"""Broadcasts, inbox messages, deliveries through channels, preferences; the outbox by zone.

Revision ID: notifications_0001
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "notifications_0001"
down_revision = None
branch_labels = ("notifications",)
depends_on = "0001_foundation"

TABLES = """
CREATE TABLE notifications_broadcasts (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    title text NOT NULL CHECK (title <> ''),
    body text NOT NULL CHECK (body <> ''),
    channels jsonb NOT NULL,
    audience jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'sending', 'sent', 'cancelled', 'failed')),
    recipients bigint NOT NULL DEFAULT 0,
    addressed bigint NOT NULL DEFAULT 0,
    unreachable bigint NOT NULL DEFAULT 0,
    opted_out bigint NOT NULL DEFAULT 0,
    accepted bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0,
    given_up bigint NOT NULL DEFAULT 0,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    finished_at timestamptz,
    PRIMARY KEY (zone_id, id),
    CHECK (jsonb_typeof(channels) = 'array' AND jsonb_array_length(channels) > 0),
    CHECK (accepted >= 0 AND refused >= 0 AND given_up >= 0)
);

-- A message of a broadcast takes its words from there and is unique by it; any other by its dedupe_key. A broadcast writes
-- a hundred thousand rows at once, and foreign keys would take most of that time: to zones alone 0.6 of 1.6 s of CPU. The
-- row's zone is the running one (its policy), and nothing deletes a zone, or a broadcast but the purge of its zone.
CREATE TABLE notifications_messages (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    kind text NOT NULL,
    params jsonb NOT NULL DEFAULT '{}',
    href text NOT NULL DEFAULT '' CHECK (href = '' OR href ~ '^/([^/\\\\]|$)'),
    broadcast_id uuid,
    dedupe_key text,
    read_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    CHECK ((broadcast_id IS NULL) <> (dedupe_key IS NULL))
);
CREATE UNIQUE INDEX notifications_messages_once ON notifications_messages (zone_id, member_id, dedupe_key)
    WHERE broadcast_id IS NULL;
CREATE UNIQUE INDEX notifications_messages_once_a_broadcast ON notifications_messages (zone_id, broadcast_id, member_id)
    WHERE broadcast_id IS NOT NULL;
CREATE INDEX notifications_messages_inbox ON notifications_messages (zone_id, member_id, id);
CREATE INDEX notifications_messages_unread ON notifications_messages (zone_id, member_id) WHERE read_at IS NULL;

-- Every delivery changes twice; with room in its page and no index on its state the change stays in place (HOT).
CREATE TABLE notifications_deliveries (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('sms', 'email')),
    message_id uuid,
    broadcast_id uuid,
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'sending', 'accepted', 'refused', 'unreachable', 'dead', 'cancelled')),
    attempts integer NOT NULL DEFAULT 0,
    first_tried_at timestamptz,
    provider_code text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, message_id) REFERENCES notifications_messages (zone_id, id) ON DELETE CASCADE,
    CHECK ((broadcast_id IS NULL) <> (message_id IS NULL))
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX notifications_deliveries_once ON notifications_deliveries (zone_id, message_id, channel)
    WHERE message_id IS NOT NULL;
CREATE UNIQUE INDEX notifications_deliveries_once_a_broadcast
    ON notifications_deliveries (zone_id, broadcast_id, member_id, channel) WHERE broadcast_id IS NOT NULL;

CREATE TABLE notifications_preferences (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    member_id uuid NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('sms', 'email')),
    is_on boolean NOT NULL,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, member_id, kind, channel)
);

-- The relay serves zones in turn: it needs each zone's due events, not the oldest of all.
CREATE INDEX outbox_events_turns_idx ON outbox_events (zone_id, available_at) INCLUDE (kind)
    WHERE state IN ('pending', 'leased');
DROP INDEX outbox_events_due_idx;
"""

RECEIVED = """zone_id = nullif(current_setting('hall.zone', true), '')::uuid AND EXISTS (
    SELECT 1 FROM notifications_messages m WHERE m.zone_id = notifications_broadcasts.zone_id
    AND m.broadcast_id = notifications_broadcasts.id
    AND m.member_id = nullif(current_setting('hall.member', true), '')::uuid)"""


def upgrade() -> None:
    op.execute(TABLES)
    mine = f"{ZONE} AND {OWN}"
    protect("notifications_messages",
            member=Rule(read=mine, insert=mine, update=mine, update_columns="read_at"), staff=Rule(insert=ZONE),
            worker=Rule(all=ZONE))  # fmt: skip
    protect("notifications_broadcasts", member=Rule(read=RECEIVED),
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE,
                       update_columns="title, body, channels, audience, state, sent_at, finished_at"),
            worker=Rule(all=ZONE))  # fmt: skip
    protect("notifications_deliveries", member=Rule(insert=mine), staff=Rule(read=ZONE, insert=ZONE),
            worker=Rule(all=ZONE))  # fmt: skip
    protect("accounts", worker=Rule(read="member_id IS NOT NULL", read_columns="member_id, locale"))
    protect("notifications_preferences", member=Rule(read=mine, insert=mine, update=mine, update_columns="is_on"),
            staff=Rule(read=ZONE), worker=Rule(all=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("""
        DROP POLICY hall_worker_select ON accounts;
        REVOKE SELECT (member_id, locale) ON accounts FROM hall_worker;
        CREATE INDEX outbox_events_due_idx ON outbox_events (available_at) WHERE state IN ('pending', 'leased');
        DROP INDEX outbox_events_turns_idx;
        DROP TABLE notifications_preferences, notifications_deliveries, notifications_messages,
            notifications_broadcasts;
    """)
