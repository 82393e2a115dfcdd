"""Calculations shown beside cases whose amounts follow declared rules (计算明细)."""
