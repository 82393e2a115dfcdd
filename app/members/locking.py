"""People without a document have no unique key, so those who create members wait for each other."""

from tenants.turns import take_turn


def one_writer() -> None:
    """Wait until nobody else creates members; held to the end of the transaction."""
    take_turn("members.create")
