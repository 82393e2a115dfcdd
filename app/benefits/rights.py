"""The permissions of benefits; `app.identity.roles` says which roles carry them."""

VIEW = "benefits.view"
MANAGE = "benefits.manage"
APPROVE = "benefits.approve"
REDEEM = "vouchers.redeem"
"""Goes with the role of a clerk, which is given with a shop."""
