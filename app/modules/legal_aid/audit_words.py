"""What the audit trail calls deeds on cases of legal aid."""

from app.casework.audit_words import actions_of
from app.modules.legal_aid.cases import CASEWORK

ACTIONS = actions_of(CASEWORK)
