"""The permissions of staff."""

MANAGE = "events.manage"
REVIEW = "events.review"
