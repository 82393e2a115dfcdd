"""Unionhall 职工之家: the platform on top of `tenants`."""
