"""The letters of legal aid: aid is granted, refused, and what came of it."""

from app.casework.letters.declarations import Letter

GRANTED = Letter(
    key="legal_aid_granted",
    name={"zh_CN": "法律援助受理通知书", "en": "Legal aid granted"},
    decides="aid",
    title={"zh_CN": "法律援助受理通知书", "en": "Legal aid granted"},
    paragraphs=(
        {
            "zh_CN": "您于{applied_on}提出的{service}申请（编号：{case_number}）收悉。经审核，本会决定受理，并为您提供法律援助。",
            "en": "We have examined your application of {applied_on} (number {case_number}: {service}) and grant you legal"
            " aid.",
        },
        {"zh_CN": "说明如下：", "en": "Please note:"},
        {"zh_CN": "{reasons}", "en": "{reasons}"},
        {
            "zh_CN": "办理期间，请如实提供情况和证据，并留意申请页面上的进展、开庭时间和法定期限。本会不向您收取任何费用。",
            "en": "While your case is dealt with, please tell us truthfully what happened and give us the evidence you have,"
            " and watch the page of your application for news, hearings and time limits. We charge you nothing.",
        },
    ),
    remedies={
        "zh_CN": "您可以随时在申请页面上撤回申请；对承办律师有异议的，可以在申请页面上向{appeal_to}提出。",
        "en": "You may withdraw at any time on the page of your application. If you don't want the lawyer who was named, tell"
        " {appeal_to} there.",
    },
    can_be_appealed=False,
)

REFUSED = Letter(
    key="legal_aid_refused",
    name={"zh_CN": "不予法律援助决定书", "en": "Legal aid refused"},
    decides="aid",
    title={"zh_CN": "不予法律援助决定书", "en": "Refusal of legal aid"},
    paragraphs=(
        {
            "zh_CN": "您于{applied_on}提出的{service}申请（编号：{case_number}）收悉。经审核，本会决定不予提供法律援助。",
            "en": "We have examined your application of {applied_on} (number {case_number}: {service}) and cannot grant you"
            " legal aid.",
        },
        {"zh_CN": "决定理由如下：", "en": "Our reasons:"},
        {"zh_CN": "{reasons}", "en": "{reasons}"},
    ),
    remedies={
        "zh_CN": "您可以补充材料后重新申请；对本决定有异议的，可以向{appeal_to}的上一级工会反映，也可以向当地法律援助机构（电话12348）"
        "申请法律援助。法定期限不因本决定中止，请留意申请页面上的期限。",
        "en": "You may apply again with more evidence. If you disagree, you may turn to the union above {appeal_to}, or apply"
        " to the public legal aid office (phone 12348). Time limits of the law run on: they are on the page of your"
        " application.",
    },
    can_be_appealed=False,
)

CLOSED = Letter(
    key="legal_aid_closed",
    name={"zh_CN": "法律援助结案告知书", "en": "Legal aid concluded"},
    decides="outcome",
    title={"zh_CN": "法律援助结案告知书", "en": "Legal aid concluded"},
    paragraphs=(
        {
            "zh_CN": "您于{applied_on}提出的{service}申请（编号：{case_number}）现已办结。办理结果如下：",
            "en": "Your case (number {case_number}: {service}), which you brought to us on {applied_on}, is concluded. This"
            " came of it:",
        },
        {"zh_CN": "{reasons}", "en": "{reasons}"},
        {"zh_CN": "为您追回或者争取到的款项：{recovered}。", "en": "Money recovered for you: {recovered}."},
    ),
    remedies={
        "zh_CN": "您可以在申请页面上评价本次服务；同一事项有新的情况需要帮助的，可以向{appeal_to}重新提出申请。",
        "en": "You may rate our service on the page of your application. If something new comes up, you may apply to"
        " {appeal_to} again.",
    },
    can_be_appealed=False,
)
