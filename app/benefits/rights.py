"""The permissions of benefits; `app.identity.roles` says which roles carry them."""

VIEW = "benefits.view"
MANAGE = "benefits.manage"
APPROVE = "benefits.approve"
