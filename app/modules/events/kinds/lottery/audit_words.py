"""What the audit trail calls what is done in lotteries."""

from flask_babel import lazy_gettext as _

ACTIONS = {"events.lottery_day": _("Took a day’s chance in a lottery")}
