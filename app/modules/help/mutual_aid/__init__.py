"""Mutual aid (医疗互助): plans, who is covered, and what a plan pays towards hospital bills."""
