"""Campaign weeks 活动周, as a members' week or a monthly day of the union: days that come again, with the campaigns held in them."""
