"""Beans (福利豆): a double-entry ledger over budgets of unions, issued in lots that expire."""
