"""A form that was handed in and comes again leads to its case; with other words these are given back and are no part of it."""

from tenants.ids import uuid7

OTHER = "房屋漏水，另需修缮费用"


def send(desk, case_id, **typed):
    # The token is that of another form, since the way to this one leads to the case by now.
    return desk.send(desk.form(case_id, **{"amount_requested": "900", **typed}), "seasonal")


def test_the_same_form_sent_again_leads_to_the_case(desk):
    case_id = uuid7()
    assert send(desk, case_id).status_code == 302
    assert send(desk, case_id).location.endswith(f"/help/{case_id}/result")


def test_other_words_for_a_case_that_was_handed_in_are_given_back(desk):
    case_id = desk.submitted()
    for once in (case_id, uuid7()):  # the page it was sent from, and another one
        page = send(desk, once, description=OTHER)
        assert page.status_code == 409
        assert "这份申请您已经提交" in page.text
        assert OTHER in page.text
        assert f'href="/help/{case_id}"' in page.text
    assert OTHER not in desk.member.get(f"/help/{case_id}").text
