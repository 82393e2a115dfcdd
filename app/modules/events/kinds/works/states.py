"""How a work goes on.

sent ──accept──▶ accepted;  sent ──refuse──▶ refused;  accepted ──take down──▶ refused;  whatever is not accepted may be sent anew;  all but withdrawn ──▶ withdrawn
"""

from enum import StrEnum


class State(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
