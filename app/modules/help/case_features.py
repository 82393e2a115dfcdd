"""What help adds to its own cases: the calculation of a household's means."""

from app.casework.own_features import OwnFeatures
from app.modules.help.means import calculations, panel

FEATURES = OwnFeatures(
    desk_panels=(panel.DESK,),
    member_panels=(panel.MEMBER,),
    event_titles=panel.EVENT_TITLES,
    consequences=(calculations.keep_typed,),
    preview=panel.preview,
    preview_template="help/means_lines.html",
    usual_cents=calculations.usual_cents,
)
