"""Writes of identity. They run on the identity plane unless they say otherwise, and never commit."""

from app.identity.operations.accounts import (
    ensure_account,
    find_account_id,
    link_member_by_document,
    set_display,
    set_password,
    verified_account,
)
from app.identity.operations.attempts import Attempt
from app.identity.operations.blocking import block_account, unblock_account
from app.identity.operations.codes import issue_code, redeem_code, retract_code
from app.identity.operations.grants import check_grant, grant_role, revoke_role, take_role
from app.identity.operations.hand_offs import begin_hand_off, finish_hand_off
from app.identity.operations.passwords import check_password
from app.identity.operations.phones import change_phone, spend_new_phone
from app.identity.operations.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    renew_recovery_codes,
    set_totp,
    verify_second_factor,
)
from app.identity.operations.sessions import (
    mark_second_factor,
    open_session,
    revoke_all,
    revoke_other,
    revoke_session,
    sign_in,
)
from app.identity.operations.wechat import connect_wechat, disconnect_wechat, openid_of_member, spend_wechat_try

__all__ = [
    "Attempt",
    "begin_enrolment",
    "begin_hand_off",
    "block_account",
    "change_phone",
    "check_grant",
    "check_password",
    "confirm_enrolment",
    "connect_wechat",
    "disconnect_wechat",
    "ensure_account",
    "find_account_id",
    "finish_hand_off",
    "grant_role",
    "issue_code",
    "link_member_by_document",
    "mark_second_factor",
    "open_session",
    "openid_of_member",
    "redeem_code",
    "renew_recovery_codes",
    "retract_code",
    "revoke_all",
    "revoke_other",
    "revoke_role",
    "revoke_session",
    "set_display",
    "set_password",
    "set_totp",
    "sign_in",
    "spend_new_phone",
    "spend_wechat_try",
    "take_role",
    "unblock_account",
    "verified_account",
    "verify_second_factor",
]
