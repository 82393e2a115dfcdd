"""What staff say of a lottery besides what every campaign has."""

from app.modules.events.prizes.settings import PrizeSettings


class LotterySettings(PrizeSettings):
    """The prizes."""
