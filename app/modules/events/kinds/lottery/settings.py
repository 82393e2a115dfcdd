"""What staff say of a lottery besides what every campaign has."""

from marshmallow import fields

from app.modules.events.prizes.settings import PrizeSettings


class LotterySettings(PrizeSettings):
    """The prizes; if `daily`, members may register once a day, and each day is another chance."""

    daily = fields.Boolean(load_default=False)
