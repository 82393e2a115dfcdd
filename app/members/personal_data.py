"""Where the member database keeps rows about members beside their record, and what of them a member's copy holds."""

from app.core.modules import PersonalData

PERSONAL_DATA = (
    PersonalData("member_tags", export=("tag", "created_at")),
    PersonalData("audience_list_members", export=("list_id",)),
)
