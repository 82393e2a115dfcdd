"""What the service tells members by itself has words in every module with cases."""

import pytest

from app.casework.kinds import all_kinds
from app.notifications.kinds import kinds


@pytest.mark.parametrize("notice", ["late", "message"])
def test_every_module_with_cases_has_the_notice(world, notice):
    with world.app.app_context():
        modules = {kind.module for kind in all_kinds()}
        assert modules
        assert {module for module in modules if f"{module}.{notice}" not in kinds()} == set()


@pytest.mark.parametrize("notice", ["paid", "payment_failed", "payment_returned", "payment_stopped"])
def test_every_module_that_grants_money_has_the_notice(world, notice):
    with world.app.app_context():
        modules = {kind.module for kind in all_kinds() if kind.pay}
        assert modules
        assert {module for module in modules if f"{module}.{notice}" not in kinds()} == set()
