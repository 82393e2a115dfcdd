"""The API does what its OpenAPI description says, whatever it is sent."""

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.api.test_tokens import bearer, make_token

EXAMPLES = 15


def test_every_operation_answers_as_described(world):
    zone = world.zone()
    world.member(zone)
    token = make_token(world, zone, world.staff(zone), "members.view")
    description = world.client(zone).get("/api/v1/openapi.json").json
    schema = schemathesis.openapi.from_dict(description)
    schema.app = world.app
    checked = []
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]
        checked.append(operation.path)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.differing_executors],
            phases=[Phase.generate],
        )
        @given(case=operation.as_strategy())
        def answers_as_described(case):
            answer = case.call(base_url=f"http://{zone.host}", headers=bearer(token))
            case.validate_response(
                answer, checks=[not_a_server_error, content_type_conformance, response_schema_conformance]
            )

        answers_as_described()
    assert {"/api/v1/members", "/api/v1/news", "/api/v1/zone"} <= set(checked)
