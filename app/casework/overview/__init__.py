"""What leaders see of a module's cases: load, delay, outcomes and money as numbers, and never a person (统计)."""
