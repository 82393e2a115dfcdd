import pytest

from app.modules.events.kinds.signup.tests.signups import Signups


@pytest.fixture
def signups(fair) -> Signups:
    return Signups(fair)
