"""Conditions that the policies of a competition's tables share."""

from tenants.policies import OWN, ZONE

ACCOUNT = "account_id = nullif(current_setting('hall.account', true), '')::uuid"
THEIRS = f"{ZONE} AND ({OWN} OR {ACCOUNT})"
IN_THE_TEAM = "team_id IN (SELECT own_competition_teams())"


def in_round(table: str, condition: str) -> str:
    """That the round `r` of a row is so."""
    return f"""{ZONE} AND EXISTS (SELECT 1 FROM events_competition_rounds r
        WHERE r.zone_id = {table}.zone_id AND r.id = {table}.round_id AND {condition})"""  # noqa: S608 - constants only


def of_theirs(table: str) -> str:
    """That the start of a row is the reader's, or their team's."""
    return f"""EXISTS (SELECT 1 FROM events_competition_starts s JOIN events_competition_contestants c
        ON c.zone_id = s.zone_id AND c.id = s.contestant_id
        WHERE s.zone_id = {table}.zone_id AND s.id = {table}.start_id AND (c.{OWN} OR c.{ACCOUNT} OR c.{IN_THE_TEAM}))"""  # noqa: S608 - constants only
