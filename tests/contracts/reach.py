"""What each plane may reach in each table, as a table: the sentence "who sees what" that the policies have to come to.

A zone's table (its key starts with `zone_id`) needs no line: within it every plane stays in its zone, and the member
plane with its own rows where rows are a person's. What goes beyond that is excused here, right by right, with the reason.
Every other table has its line in `SHARED`, exact to the row.
"""

from dataclasses import dataclass, fields

from tenants.context import Plane
from tests.contracts.rows import Whose
from tests.contracts.walk import RIGHTS, Reached, Where

IN_ZONE = (Where.AS_MEMBER, Where.AS_NOBODY)


def _reached(wheres: tuple[Where, ...], *whose: Whose) -> Reached:
    return frozenset((where, one) for where in wheres for one in whose)


NOTHING: Reached = frozenset()
EVERYTHING = _reached(tuple(Where), *Whose)
WITH_A_REASON = _reached((*IN_ZONE, Where.NO_ZONE), *Whose)
OWN_ZONE = _reached(IN_ZONE, Whose.OWN)
ZONE = _reached(IN_ZONE, Whose.OWN, Whose.NEIGHBOUR)
SUBTREE = _reached(IN_ZONE, Whose.OWN, Whose.NEIGHBOUR, Whose.BELOW)
FROM_ABOVE = _reached(IN_ZONE, Whose.OWN, Whose.ABOVE)
ONE_S_OWN = _reached((Where.AS_MEMBER,), Whose.OWN)


@dataclass(frozen=True)
class May:
    """What one plane may do with a table; `all` for the four rights together."""

    read: Reached = NOTHING
    insert: Reached = NOTHING
    update: Reached = NOTHING
    delete: Reached = NOTHING
    all: Reached = NOTHING

    def rights(self) -> dict[str, Reached]:
        return {right: getattr(self, right) | self.all for right in RIGHTS if getattr(self, right) | self.all}


@dataclass(frozen=True)
class Reach:
    """What each plane may do with a table; a plane that is not named may do nothing."""

    member: May = May()
    staff: May = May()
    city: May = May()
    identity: May = May()
    worker: May = May()

    def by_plane(self) -> dict[Plane, May]:
        return {Plane[field.name.upper()]: getattr(self, field.name) for field in fields(self)}


READ = May(read=EVERYTHING)
ALL = May(all=EVERYTHING)
SWEEP = May(read=EVERYTHING, delete=EVERYTHING)
FEED = May(read=EVERYTHING, insert=EVERYTHING)

SHARED = {
    # Which unions and zones there are is no secret; only the city says so.
    "unions": Reach(member=READ, staff=READ, identity=READ, worker=READ, city=ALL),
    "zones": Reach(member=READ, staff=May(read=EVERYTHING, update=ZONE), identity=READ, worker=READ, city=ALL),
    "zone_slugs": Reach(member=READ, staff=READ, identity=READ, worker=READ, city=ALL),
    "zone_domains": Reach(member=READ, staff=READ, identity=READ, worker=READ, city=ALL),
    "setting_locks": Reach(member=READ, staff=READ, worker=READ, city=ALL),
    "calendar_years": Reach(member=READ, staff=READ, identity=READ, worker=READ, city=ALL),
    # The lines a calculation of hardship rests on are published; a line is noted and withdrawn, never changed.
    "help_standards": Reach(
        member=READ,
        staff=READ,
        worker=READ,
        city=May(read=EVERYTHING, insert=EVERYTHING, delete=EVERYTHING),
    ),
    # Which zone takes which kinds of cases is public; each zone's worker says so of its own.
    "case_desks": Reach(staff=READ, worker=May(read=EVERYTHING, insert=OWN_ZONE, delete=OWN_ZONE)),
    "unions_imports": Reach(city=ALL),
    "console_zone_lists": Reach(city=ALL),
    # Lines of the feed are topics and ids; every process reads them all.
    "change_feed": Reach(
        member=FEED,
        staff=FEED,
        identity=FEED,
        city=FEED,
        worker=May(read=EVERYTHING, insert=EVERYTHING, delete=EVERYTHING),
    ),
    # People belong to unions, not to zones. Background work finds a person wherever they are, for transfers and imports.
    "union_member_counts": Reach(staff=May(read=SUBTREE), worker=READ, city=READ),
    "members": Reach(
        member=May(read=ONE_S_OWN),
        staff=May(read=SUBTREE, update=SUBTREE),
        city=May(read=WITH_A_REASON),
        identity=May(read=EVERYTHING, update=ONE_S_OWN),
        worker=ALL,
    ),
    "memberships": Reach(
        member=May(read=ONE_S_OWN),
        staff=May(read=SUBTREE, update=SUBTREE),
        city=May(read=WITH_A_REASON),
        worker=ALL,
    ),
    # Ways in are the identity plane's alone. Background work sweeps what is over, as the planted rows are; of accounts it
    # reads where a member can be reached, and what staff are called whom it gives cases to. A grant is given and taken, never changed.
    "accounts": Reach(identity=ALL, worker=READ),
    "sessions": Reach(identity=ALL, worker=SWEEP),
    "role_grants": Reach(
        staff=May(read=SUBTREE, insert=SUBTREE, delete=SUBTREE),
        identity=READ,
        worker=READ,
        city=May(read=EVERYTHING, insert=EVERYTHING, delete=EVERYTHING),
    ),
    "identity_codes": Reach(identity=ALL, worker=SWEEP),
    "identity_known_browsers": Reach(identity=ALL, worker=SWEEP),
    "identity_hand_offs": Reach(identity=ALL, worker=SWEEP),
    "identity_limits": Reach(identity=ALL, worker=SWEEP),
    "identity_enrolments": Reach(identity=ALL, worker=SWEEP),
    "identity_recovery_codes": Reach(identity=ALL),
    # Whose WeChat a coupon goes into.
    "identity_wechat_links": Reach(identity=ALL, worker=READ),
    # An entry is written in the name of who writes it, and never changed.
    "audit_entries": Reach(
        member=May(read=ONE_S_OWN, insert=ONE_S_OWN),
        staff=May(read=ZONE, insert=ONE_S_OWN),
        city=May(read=EVERYTHING, insert=ONE_S_OWN),
        identity=May(insert=ONE_S_OWN),
        worker=May(insert=ONE_S_OWN),
    ),
    # The register of invoices in all zones: functions write and ask it, and no plane reads it.
    "help_used_invoices": Reach(),
    # The stocks at WeChat that batches in all zones are of: triggers write it, and no plane reads it.
    "used_wechat_stocks": Reach(),
    # Spending rules are published; the city proposes them and puts them in force, and never changes what one says.
    "policy_rules": Reach(
        member=READ,
        staff=READ,
        worker=READ,
        city=May(read=EVERYTHING, insert=EVERYTHING, update=EVERYTHING),
    ),
    # Written by a zone of the root union only, and none of the walk's zones is one.
    "news_shared_articles": Reach(member=May(read=FROM_ABOVE), staff=May(read=FROM_ABOVE), worker=May(read=FROM_ABOVE)),
    "events_shared_campaigns": Reach(
        member=May(read=FROM_ABOVE), staff=May(read=FROM_ABOVE), worker=May(read=FROM_ABOVE)
    ),
    # Zones that hold a quiz of the city note that they do, and write their own lines of its one ranking.
    "events_quiz_holdings": Reach(
        member=May(read=FROM_ABOVE), staff=May(read=FROM_ABOVE), worker=May(read=FROM_ABOVE, update=ZONE, delete=ZONE)
    ),
    "events_quiz_shared_questions": Reach(staff=May(read=FROM_ABOVE)),
    "events_quiz_standings": Reach(
        member=May(read=FROM_ABOVE),
        staff=May(read=FROM_ABOVE),
        worker=May(read=FROM_ABOVE, update=FROM_ABOVE),  # only into the zone's own line, and only for the better
    ),
    # A zone counts what it took up, and the zone that shared it reads.
    "events_shared_counts": Reach(staff=May(read=ZONE), worker=May(read=ZONE, insert=ZONE, update=ZONE)),
}

Excuse = tuple[str, Plane, str]

BEYOND: dict[Excuse, tuple[Reached, str]] = {
    ("outbox_events", Plane.WORKER, "read"): (EVERYTHING, "the relay takes due events of every zone"),
    ("outbox_events", Plane.WORKER, "insert"): (EVERYTHING, "the clock emits what is due in every zone"),
    ("outbox_events", Plane.WORKER, "update"): (EVERYTHING, "the relay leases events, and the worker notes their end"),
    ("outbox_events", Plane.WORKER, "delete"): (EVERYTHING, "what was done long ago is swept"),
    ("outbox_events", Plane.IDENTITY, "insert"): (EVERYTHING, "signing in has no zone; codes and notices leave in any"),
    ("outbox_events", Plane.CITY, "read"): (EVERYTHING, "the city's desk shows what waits and what died"),
    ("outbox_events", Plane.CITY, "insert"): (EVERYTHING, "provisioning starts work in the new zone"),
    ("zone_revisions", Plane.CITY, "read"): (EVERYTHING, "the city provisions zones"),
    ("zone_revisions", Plane.CITY, "insert"): (EVERYTHING, "a zone's first revision is the city's"),
    ("tasks", Plane.CITY, "read"): (EVERYTHING, "the city's desk shows long work"),
    ("files", Plane.MEMBER, "read"): (ZONE, "public files are for everybody in the zone"),
}

VOUCHER_STEP = (
    "state version last_day shop_id pick_up_on redeemed_at redeem_key purchase_cents amount_cents action reason acted_by "
    "acted_by_name acted_at"
)
# The columns a plane may change where it may not change all. Keys, owners and places in the tree are in none of them.
CHANGED = {
    ("zones", Plane.STAFF): "published_revision_id",
    ("zone_revisions", Plane.STAFF): "status document note updated_at published_at",
    ("members", Plane.STAFF): "name gender birth_date phone_cipher phone_index email education updated_at",
    ("members", Plane.IDENTITY): "phone_cipher phone_index phone_changed_at updated_at",
    ("memberships", Plane.STAFF): "status ended_on end_reason",
    ("tasks", Plane.STAFF): "state error finished_at",
    ("outbox_events", Plane.STAFF): "state failures available_at last_error done_at",
    ("members_import_batches", Plane.STAFF): "state upload undo_counts cursor task_id moved_at committed_at",
    ("members_corrections", Plane.STAFF): "status answer answered_by answered_at",
    ("audience_lists", Plane.STAFF): "members digest refused problems",
    ("notifications_broadcasts", Plane.STAFF): "title body channels audience state sent_at finished_at",
    ("notifications_messages", Plane.MEMBER): "read_at",
    ("notifications_preferences", Plane.MEMBER): "is_on",
    ("bean_issues", Plane.STAFF): (
        "category title expires_on grace_days state version recipients total checked_by checked_by_name checked_at reason "
        "audience amount_each sheet_name refused problems"
    ),
    ("policy_rules", Plane.CITY): (
        "effective_to state version ends_on made_by made_by_name made_at checked_by checked_by_name checked_at"
    ),
    ("events_campaigns", Plane.STAFF): (
        "title summary rules rules_html cover_file_id opens_at closes_at audience settings state version written_by written_by_name "
        "reviewed_by reviewed_by_name frozen_at closed_at settled_at reason hosts week_id shared_down"
    ),
    ("events_shared_counts", Plane.WORKER): "entries counted_at",
    ("events_quiz_holdings", Plane.WORKER): "sent_until done_at",
    ("events_quiz_standings", Plane.WORKER): "held_in shown_name union_name points milliseconds reached_at",
    ("events_weeks", Plane.STAFF): "title summary first_on last_on every state version ended_on",
    ("events_draw_places", Plane.MEMBER): "waits passed_over",
    ("events_claim_waiting", Plane.MEMBER): "state ended_at",
    ("events_claim_waiting", Plane.WORKER): "place state rule_id joined_at ended_at",
    ("events_live_shows", Plane.STAFF): "stream_url replay_url version",
    ("events_live_shows", Plane.WORKER): "reminded_at",
    ("events_live_counts", Plane.WORKER): "views likes",
    ("events_signup_sessions", Plane.STAFF): (
        "title venue starts_at ends_at sign_up_until seats version cancelled_at reason reminded_day_at reminded_hours_at"
    ),
    ("events_signup_registrations", Plane.MEMBER): "state attended_at",
    ("events_signup_registrations", Plane.STAFF): "state attended_at",
    ("events_signup_registrations", Plane.WORKER): "state confirm_until",
    ("events_signup_doorkeepers", Plane.STAFF): "until ended_at",
    ("events_signup_sessions", Plane.WORKER): "reminded_day_at reminded_hours_at",
    ("events_competition_rounds", Plane.STAFF): "state version published_at appeals_until",
    ("events_competition_contestants", Plane.MEMBER): "state member_id team_id union_id union_path name shown",
    ("events_competition_teams", Plane.MEMBER): "dissolved_at",
    ("events_competition_teams", Plane.WORKER): "dissolved_at",
    ("events_competition_team_members", Plane.WORKER): "is_captain left_at",
    ("events_competition_team_members", Plane.MEMBER): "left_at member_id name union_id union_path",
    ("events_quiz_teams", Plane.MEMBER): "dissolved_at",
    ("events_quiz_teams", Plane.WORKER): "dissolved_at",
    ("events_quiz_team_members", Plane.WORKER): "is_captain left_at",
    ("events_quiz_team_members", Plane.MEMBER): "left_at",
    ("events_competition_contestants", Plane.STAFF): "state reason",
    ("events_competition_starts", Plane.STAFF): "absent measured score tie_break place goes_on award",
    ("events_competition_judges", Plane.STAFF): "tied_paths dismissed_at",
    ("events_competition_sheets", Plane.STAFF): "state tenths version signed_at reopened_for",
    ("events_competition_score_lists", Plane.STAFF): "state version checked_by checked_by_name checked_at reason",
    ("events_competition_corrections", Plane.STAFF): "state decided_by decided_by_name decided_at",
    ("events_competition_appeals", Plane.STAFF): "state answer answered_by answered_by_name answered_at",
    ("events_competition_certificates", Plane.STAFF): "revoked_at revoked_reason revoked_by_name",
    ("events_wins", Plane.WORKER): "holds",
    ("events_referral_links", Plane.MEMBER): "code",
    ("events_referrals", Plane.STAFF): "state reason referrer_outcome joiner_outcome clawed_back_at",
    ("events_referrals", Plane.WORKER): (
        "state reason number rewarded_at referrer_voucher_id referrer_outcome joiner_voucher_id joiner_outcome clawed_back_at"
    ),
    ("events_game_bests", Plane.WORKER): "points milliseconds reached_at has_number",
    ("events_game_plays", Plane.WORKER): "ended_at points milliseconds moves refusal sent_again",
    ("events_game_boards", Plane.WORKER): "shown open_cards step misses",
    ("events_works", Plane.MEMBER): "title words author union_id union_path file_ids state version reason sent_at",
    ("events_works", Plane.STAFF): "state version reason shown_file_ids decided_at decided_by_name",
    ("events_works", Plane.WORKER): "shown_file_ids",
    ("events_works_shown", Plane.WORKER): "votes vote_points jury_points points place",
    ("events_works_judges", Plane.STAFF): "tied_paths dismissed_at",
    ("events_quiz_questions", Plane.STAFF): (
        "kind category difficulty prompt options right_options explanation version written_by_name written_at retired_at"
    ),
    ("bean_reclaims", Plane.STAFF): "state version checked_by checked_by_name checked_at answer",
    ("bean_holds", Plane.STAFF): "state refunded",
    ("bean_appropriations", Plane.STAFF): "state version checked_by checked_by_name checked_at reason",
    ("bean_catalogue_changes", Plane.STAFF): "state version checked_by checked_by_name checked_at reason",
    ("bean_catalogues", Plane.STAFF): "title categories",
    ("bean_holds", Plane.MEMBER): "state",
    ("voucher_clerks", Plane.STAFF): "ended_at",
    ("voucher_offline_uses", Plane.STAFF): "resolved_at resolved_by resolved_by_name resolution",
    ("voucher_batches", Plane.STAFF): (
        "category goods earmark per_member title terms value_cents threshold_cents stock valid_from expires_on grace_days state version checked_by checked_by_name "
        "checked_at reason"
    ),
    ("voucher_settlements", Plane.STAFF): (
        "state version checked_by checked_by_name checked_at reason paid_by paid_by_name paid_at payment_reference"
    ),
    ("voucher_extensions", Plane.STAFF): "state version checked_by checked_by_name checked_at reason",
    ("events_redraws", Plane.STAFF): "state version checked_by checked_by_name checked_at reason",
    ("events_redraws", Plane.WORKER): "outcome next_win_id done_at",
    ("vouchers", Plane.MEMBER): "state version shop_id pick_up_on action reason acted_by acted_by_name acted_at",
    ("vouchers", Plane.STAFF): VOUCHER_STEP,
    ("vouchers", Plane.WORKER): VOUCHER_STEP,
    ("voucher_wechat_stocks", Plane.WORKER): "distributed received under_way asked_at",
    ("voucher_wechat_coupons", Plane.STAFF): "state coupon_id code heard_at",
    (
        "voucher_wechat_coupons",
        Plane.WORKER,
    ): "state openid_cipher coupon_id attempts unanswered code handed_over_at asked_at heard_at",
    ("voucher_orders", Plane.WORKER): "done_at",
    ("voucher_wechat_findings", Plane.STAFF): "state version checked_by checked_by_name checked_at reason",
    ("cases", Plane.STAFF): (
        "state phase version typed_cipher due_at paused_at handler_id handler_name recommendation amount_recommended_cents "
        "recommended_by accepted_by amount_granted_cents amount_paid_cents amount_recovered_cents keeps_vouchers decided_by appeal_decided_by appeal_withdrawn_at closed_at updated_at "
        "answered_at answered_in_days answered_in_time is_urgent appealed_at reopened_at"
    ),
    ("cases", Plane.MEMBER): (
        "state phase version number form_version typed_cipher answers_cipher applicant_cipher union_path blind_paths "
        "amount_requested_cents consent_version consented_at submitted_by submitted_at due_at paused_at closed_at updated_at "
        "appealed_at appeal_withdrawn_at is_urgent"
    ),
    ("case_messages", Plane.STAFF): "read_at",
    ("case_messages", Plane.MEMBER): "read_at",
    ("case_answers", Plane.STAFF): "title body version",
    ("case_ratings", Plane.MEMBER): "stars words_cipher",
    (
        "case_clocks",
        Plane.STAFF,
    ): "counted counted_from counted_unit due_at remind_at escalate_at paused_at time_left stopped_at",
    (
        "case_clocks",
        Plane.MEMBER,
    ): "counted counted_from counted_unit due_at remind_at escalate_at paused_at time_left stopped_at",
    ("case_participants", Plane.STAFF): "name until",
    ("case_handovers", Plane.STAFF): "state ended_at",
    ("case_handovers", Plane.MEMBER): "state answered_at consent_version ended_at",
    ("case_offers", Plane.STAFF): "state answered_by answer_cipher",
    ("case_links", Plane.STAFF): "unlinked_by unlinked_by_name unlinked_at",
    ("case_counters", Plane.MEMBER): "last",
    ("case_budgets", Plane.STAFF): "cents version updated_at",
    ("case_payees", Plane.MEMBER): "told_cipher version told_at bounced_at",
    ("case_payees", Plane.STAFF): "version bounced_at",
    ("case_payment_orders", Plane.MEMBER): "state",
    ("case_payment_orders", Plane.STAFF): "state",
    ("case_payment_batches", Plane.STAFF): "state checked_by checked_by_name checked_at note_cipher digest",
    ("case_payment_lines", Plane.STAFF): (
        "outcome paid_on reference reason_cipher settled_at settled_by settled_by_name"
    ),
    ("case_returned_payments", Plane.STAFF): "state checked_by checked_by_name checked_at",
    ("case_tasks", Plane.STAFF): "assignee_id assignee_name done_at done_by",
    ("case_erasures", Plane.STAFF): "answer ground words_cipher answered_at answered_by",
    ("case_recusals", Plane.STAFF): "answer words_cipher answered_at answered_by",
    ("case_holds", Plane.STAFF): "until reviewed_at ended_at ended_by",
    ("case_public_notices", Plane.STAFF): "published_by published_by_name published_at ends_on shown_until",
    ("case_public_listings", Plane.STAFF): "taken_off_at",
    ("case_public_listings", Plane.MEMBER): "taken_off_at",
    ("case_story_drafts", Plane.STAFF): "state told_cipher text_hash written_by published_by page_id",
    ("case_story_drafts", Plane.MEMBER): "state wish_cipher consented_hash consented_at page_id",
    ("case_objections", Plane.STAFF): "finding answer_cipher answered_by answered_at",
    ("help_claims", Plane.STAFF): "paid_before_cents",
    ("help_claims", Plane.MEMBER): "cover_id",
    (
        "legal_aid_lawyers",
        Plane.STAFF,
    ): "name licence firm mobile_cipher former_mobile_cipher fields active_from active_to account_id version",
    ("legal_aid_hearings", Plane.STAFF): (
        "stage starts_at minutes told_cipher outcome_cipher version cancelled_at reminded_three_at reminded_one_at"
    ),
    ("legal_aid_fee_claims", Plane.STAFF): (
        "state version minutes travel_cents told_cipher standard amount_cents claimed_at decided_by decided_by_name "
        "decided_at reason_cipher paid_on reference paid_by paid_by_name"
    ),
    ("legal_aid_fee_bounces", Plane.STAFF): "undone_at undone_by undone_by_name",
    ("legal_aid_assignments", Plane.STAFF): "state account_id accepted_at ended_at reason_cipher",
    ("legal_aid_assignments", Plane.MEMBER): "state ended_at reason_cipher",
}
# Tables whose rows staff may change as a whole: what their zone says, written by nobody else.
WHOLE = {
    "news_categories",
    "news_articles",
    "news_pictures",
    "news_hidden_shares",
    "news_shared_articles",
    "events_shared_campaigns",
}

PUBLIC_OF_A_DRAW = "zone_id id commitment rule entrants entrants_digest seed drawn_at"
# The columns a plane may read where it may not read all.
READ_IN_PART = {
    ("members", Plane.IDENTITY): "id name phone_index id_index verified_at union_path",
    ("accounts", Plane.WORKER): "id member_id display_name status phone_index locale",
    ("events_draws", Plane.MEMBER): PUBLIC_OF_A_DRAW,
    ("events_draws", Plane.STAFF): PUBLIC_OF_A_DRAW,
    ("events_competition_sheets", Plane.MEMBER): "zone_id id campaign_id round_id start_id state tenths",
    (
        "events_competition_certificates",
        Plane.MEMBER,
    ): "zone_id id campaign_id contestant_id holder_id team serial award masked_name issued_at revoked_at",
    ("events_wins", Plane.MEMBER): "zone_id id campaign_id prize_id number place masked_name outcome holds won_at",
    ("events_referral_links", Plane.STAFF): "zone_id id campaign_id",
    ("events_game_boards", Plane.MEMBER): "zone_id id shown open_cards step misses",
    ("events_redraws", Plane.MEMBER): "zone_id id campaign_id win_id why outcome next_win_id done_at",
    ("events_quiz_attempts", Plane.STAFF): (
        "zone_id id campaign_id entry_id member_id number day started_at deadline handed_in_at points milliseconds"
    ),
}
