"""What a form asks, tried: refused, nothing of it stays and the form says why."""

import pytest
from marshmallow import Schema
from sqlalchemy import text

from app.core.attempts import Attempt
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.forms import Form
from tenants.context import Plane, scope
from tenants.database import db


class Full(Conflict):
    code = "full"
    message = "All seats are taken."


@pytest.fixture
def form(world):
    with scope(Plane.MEMBER):
        yield Form(Schema)


def test_a_refusal_is_rolled_back_and_stands_at_its_field(form):
    with Attempt(form) as attempt:
        db.session.execute(text("SELECT set_config('hall.tried', 'yes', true)"))
        raise Full(field="seat")
    assert (attempt.status, form.errors) == (Full.status, {"seat": ["All seats are taken."]})
    assert db.session.scalar(text("SELECT current_setting('hall.tried', true)")) in (None, "")


def test_each_refusal_has_its_own_status(form):
    with Attempt(form) as attempt:
        raise Forbidden
    assert attempt.status == Forbidden.status


def test_a_form_that_was_not_filled_in_rightly_is_answered_so(form):
    with Attempt(form) as attempt:
        pass
    assert attempt.status == 422


@pytest.mark.parametrize("fault", [NotFound, LookupError])
def test_what_is_not_found_and_what_is_broken_is_no_refusal(form, fault):
    with pytest.raises(fault), Attempt(form):
        raise fault
    assert form.errors == {}
