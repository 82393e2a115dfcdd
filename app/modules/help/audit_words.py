"""What the audit trail calls deeds on applications for help."""

from app.casework.audit_words import actions_of
from app.modules.help.cases import CASEWORK

ACTIONS = actions_of(CASEWORK)
