"""What competitions refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput


class NameMissing(InvalidInput):
    """Who is no member says what they are called."""

    code = "events-competition-name"
    message = _("Write your name as it stands on your identity card.")


class RegistrationOver(Conflict):
    """The first round is on, or nothing of the registration can be changed here any more."""

    code = "events-competition-registration-over"
    message = _(
        "The rounds have begun: nothing of the registration can be changed here any more. Please call the union."
    )


class TeamsCompete(Conflict):
    """Individuals don't register where teams compete."""

    code = "events-competition-teams"
    message = _("Teams compete here: found one, or join one by the link of its captain.")


class TeamHandedIn(Conflict):
    """Nobody joins a team that was handed in."""

    code = "events-competition-team-handed-in"
    message = _("This team is handed in: its captain takes it back before others join.")


class TeamTooSmall(Conflict):
    """A team has too few people to be handed in."""

    code = "events-competition-team-small"

    def __init__(self, least: int, there: int) -> None:
        super().__init__(_("A team has at least %(least)d people; yours has %(there)d.", least=least, there=there))


class CaptainStays(Conflict):
    """A team that was handed in keeps its captain, whose the contestant is."""

    code = "events-competition-captain-stays"
    message = _("This team has been handed in: its captain stays.")


class Excluded(Conflict):
    """Whoever was excluded takes part no more, in no other team either."""

    code = "events-competition-excluded"
    message = _("You take part no more: the organisers excluded you. Why stands on your own page of this competition.")


class OnlyTheCaptain(Forbidden):
    """One acts for a team."""

    code = "events-competition-only-captain"
    message = _("The captain does this for the team.")


class RoundMovedOn(Conflict):
    """The round stands where this can't be done."""

    code = "events-competition-round-moved-on"
    message = _("This round stands where that can't be done.")


class RoundNotReady(Conflict):
    """Something is missing before the round takes this step; the message says what."""

    code = "events-competition-round-not-ready"


class NotYourContestant(Forbidden):
    """The judge is tied to the contestant, by a union of one line or because it is them."""

    code = "events-competition-tied"
    message = _("You don’t score this contestant: their union stands on one line with yours.")


class SheetSigned(Conflict):
    """A signed sheet is fixed."""

    code = "events-competition-sheet-signed"
    message = _("This sheet is signed. To change it, ask for a correction: somebody else decides.")


class SheetNotWhole(InvalidInput):
    """A score is missing or out of bounds."""

    code = "events-competition-sheet-whole"
    message = _("Give a score for every criterion before you sign.")


class DecidedBySomebodyElse(Forbidden):
    """Whoever asked, or judges the round, does not decide."""

    code = "events-competition-somebody-else"
    message = _("Somebody else decides this: you judge this round, or asked for it.")


class TakesPartThemselves(Forbidden):
    """A contestant carries nothing on in their own competition."""

    code = "events-competition-own"
    message = _("You take part in this competition yourself: somebody else does this.")


class MovedOn(Conflict):
    """It was decided meanwhile."""

    code = "events-competition-moved-on"
    message = _("This was decided meanwhile.")


class AppealOver(Conflict):
    """Nobody appeals now."""

    code = "events-competition-appeal-over"
    message = _("Appeals can’t be made now: the time for them is over, or yours is being looked at.")


class AlreadyTakesPart(Conflict):
    """A contestant does not judge their own competition."""

    code = "events-competition-takes-part"
    message = _("They take part in this competition themselves.")


class JudgesThere(Conflict):
    """A judge does not come to take part in what they judge."""

    code = "events-competition-judges"
    message = _("You judge this competition, so you can’t take part in it.")


class JudgesDismissed(Conflict):
    """Nobody could write on what would be opened again."""

    code = "events-competition-judges-dismissed"
    message = _("Whoever signed was dismissed: appoint them to the round again before sheets are opened.")


class ScoresWait(Conflict):
    """A round has one list of scores that waits."""

    code = "events-competition-scores-wait"
    message = _("Scores of this round wait for a second person: they are confirmed, refused or taken back first.")


class AnswerMissing(InvalidInput):
    """A decision is not made without a reason."""

    code = "events-competition-answer"
    message = _("Say why: the contestant reads it.")


class UnreadableSheet(InvalidInput):
    """The sheet of scores can't be read, or has no column of numbers."""

    code = "events-competition-unreadable-sheet"
    message = _("The sheet needs the columns that the template has.")
