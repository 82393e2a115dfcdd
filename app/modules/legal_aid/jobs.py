"""The work of legal aid that runs by the clock or follows something."""

from app.modules.legal_aid.fees import jobs as _fees  # noqa: F401 - registers its jobs
from app.modules.legal_aid.hearings import jobs as _hearings  # noqa: F401 - registers its jobs
from app.modules.legal_aid.lawyers import jobs as _lawyers  # noqa: F401 - registers its jobs
