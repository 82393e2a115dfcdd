"""The letters that kinds of cases share; a kind with other words declares its own."""

from app.casework.letters.declarations import Letter
from app.casework.letters.words import Words

_REMEDIES: Words = {
    "zh_CN": "如对本决定有异议，您可以在{appeal_by}前（含当日）通过原申请页面或者书面向{appeal_to}提出申诉，逾期提出的申诉不予受理。",
    "en": "If you disagree with this decision, you may appeal to {appeal_to} on or before {appeal_by}, on the page of your"
    " application or in writing. Later appeals are not taken up.",
}

GRANTED = Letter(
    key="granted",
    name={"zh_CN": "审批决定书", "en": "Decision"},
    decides="decision",
    title={"zh_CN": "{service}审批决定书", "en": "Decision on your application: {service}"},
    paragraphs=(
        {
            "zh_CN": "您于{applied_on}提出的{service}申请（编号：{case_number}）收悉。经审核，您的申请符合规定条件，本会决定给予{service}{amount}。",
            "en": "We have examined your application of {applied_on} (number {case_number}: {service}). It meets the"
            " conditions, and we grant you {amount}.",
        },
        {"zh_CN": "决定理由如下：", "en": "Our reasons:"},
        {"zh_CN": "{reasons}", "en": "{reasons}"},
    ),
    remedies=_REMEDIES,
)

REFUSED = Letter(
    key="refused",
    name={"zh_CN": "不予批准决定书", "en": "Refusal"},
    decides="decision",
    title={"zh_CN": "{service}不予批准决定书", "en": "Refusal of your application: {service}"},
    paragraphs=(
        {
            "zh_CN": "您于{applied_on}提出的{service}申请（编号：{case_number}）收悉。经审核，本会决定不予批准。",
            "en": "We have examined your application of {applied_on} (number {case_number}: {service}) and cannot grant it.",
        },
        {"zh_CN": "决定理由如下：", "en": "Our reasons:"},
        {"zh_CN": "{reasons}", "en": "{reasons}"},
    ),
    remedies=_REMEDIES,
)

_AFTER_AN_APPEAL: Words = {
    "zh_CN": "本决定为{appeal_to}对该事项的最终答复，不再受理申诉。如仍有异议，您可以向上一级工会反映。",
    "en": "This is the final answer of {appeal_to}; it cannot be appealed again. If you still disagree, you may turn to"
    " the union above it.",
}

GRANTED_ON_APPEAL = Letter(
    key="granted_on_appeal",
    name={"zh_CN": "申诉复核决定书（变更原决定）", "en": "Decision on the appeal: changed"},
    decides="decision",
    title={"zh_CN": "{service}申诉复核决定书", "en": "Decision on your appeal: {service}"},
    paragraphs=(
        {
            "zh_CN": "您于{appealed_on}就本会对您{service}申请（编号：{case_number}）的决定提出的申诉收悉。经未参与原决定的人员复核，"
            "本会决定变更原决定，给予{service}{amount}。",
            "en": "We have examined your appeal of {appealed_on} against our decision on your application (number"
            " {case_number}: {service}). Somebody who had no part in that decision has looked at everything again. We change it"
            " and grant you {amount}.",
        },
        {"zh_CN": "复核理由如下：", "en": "Our reasons:"},
        {"zh_CN": "{reasons}", "en": "{reasons}"},
    ),
    remedies=_AFTER_AN_APPEAL,
    can_be_appealed=False,
)

UPHELD = Letter(
    key="upheld",
    name={"zh_CN": "申诉复核决定书（维持原决定）", "en": "Decision on the appeal: upheld"},
    decides="appeal",
    title={"zh_CN": "{service}申诉复核决定书", "en": "Decision on your appeal: {service}"},
    paragraphs=(
        {
            "zh_CN": "您于{appealed_on}就本会对您{service}申请（编号：{case_number}）的决定提出的申诉收悉。经未参与原决定的人员复核，"
            "本会决定维持原决定。",
            "en": "We have examined your appeal of {appealed_on} against our decision on your application (number"
            " {case_number}: {service}). Somebody who had no part in that decision has looked at everything again. The decision"
            " stands.",
        },
        {"zh_CN": "复核理由如下：", "en": "Our reasons:"},
        {"zh_CN": "{reasons}", "en": "{reasons}"},
    ),
    remedies=_AFTER_AN_APPEAL,
    can_be_appealed=False,
)
