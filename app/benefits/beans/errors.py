"""What the ledger of beans refuses."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput


class NotEnoughBeans(Conflict):
    """There are fewer beans in the account than are to be taken."""

    code = "beans-not-enough"
    message = _("There are not enough beans for this.")


class KeyReused(Conflict):
    """The key was used for something else before."""

    code = "beans-key-reused"
    message = _("This has been done before with other figures; the first ones count.")


class HoldDecided(Conflict):
    """The beans are not held any more: they were spent, or let go."""

    code = "beans-hold-decided"
    message = _("These beans are not kept for the purchase any more.")


class RefundTooHigh(Conflict):
    """More is to be given back than was spent."""

    code = "beans-refund-too-high"
    message = _("More beans can't be given back than were spent.")


class IssueMovedOn(Conflict):
    """The issue stands where this step can't be taken."""

    code = "beans-issue-moved-on"
    message = _("This issue of beans has moved on; this step can't be taken any more.")


class OwnIssue(Forbidden):
    """Whoever made an issue does not check it."""

    code = "beans-own-issue"
    message = _("You made this issue of beans; somebody else must check it.")


class NotTheMaker(Forbidden):
    """Only whoever made an issue takes this step."""

    code = "beans-not-the-maker"
    message = _("Only whoever made this issue of beans can do this.")


class ReasonMissing(InvalidInput):
    """The step is not taken without a reason."""

    code = "beans-reason-missing"
    message = _("Say why: whoever made this issue of beans reads it.")


class NobodyGets(InvalidInput):
    """The issue names no member."""

    code = "beans-nobody-gets"
    message = _("Nobody is on the list of this issue of beans.")


class IssueOver(InvalidInput):
    """The last day of the beans has passed."""

    code = "beans-issue-over"
    message = _("The day until which these beans are good has passed: have the issue returned, and set another day.")


class StrangersOnTheList(InvalidInput):
    """Some on the list are no members of the union whose budget it is; `members` are their ids."""

    code = "beans-strangers-on-the-list"
    message = _("Some on the list are no members of the union whose budget this is.")


class ReclaimMovedOn(Conflict):
    """The reclaim stands where this step can't be taken."""

    code = "beans-reclaim-moved-on"
    message = _("This reclaim of beans has moved on; this step can't be taken any more.")


class OwnReclaim(Forbidden):
    """Whoever proposed a reclaim does not check it."""

    code = "beans-own-reclaim"
    message = _("You proposed to take these beans back; somebody else must check it.")


class ReclaimRuns(Conflict):
    """Another reclaim of the issue is not over."""

    code = "beans-reclaim-runs"
    message = _("Taking beans of this issue back was proposed already; decide on that first.")


class TagsNotYours(InvalidInput):
    """A sheet gives tags, and whoever sends it may not give any."""

    code = "beans-tags-not-yours"
    message = _(
        "The sheet gives members tags, which takes the right to import members. Take the column 标签 out, or ask a colleague who has it."
    )
