"""Staff pages beside the rounds: contestants, judges, the judges' own, appeals and corrections, certificates."""
