"""The permission of judges, and the role that carries nothing else."""

JUDGE = "events.judge"
JUDGE_ROLE = "judge"
