"""What the audit trail calls what is done with referrals."""

from flask_babel import lazy_gettext as _

from app.core.audit_things import Thing

ACTIONS = {
    "events.referral_link": _("Made a link for referrals"),
    "events.referral_unlink": _("Took a link for referrals back"),
    "events.referral_verify": _("A referral was verified"),
    "events.referral_reward": _("Rewarded a referral"),
    "events.referral_refuse": _("A referral got no reward"),
    "events.referral_claw_back": _("Took the reward of a referral back"),
    "events.referral_export": _("Exported the referrals of a campaign"),
}
THINGS = {"events_referral": Thing(_("Referral"))}
