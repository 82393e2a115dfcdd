"""Surveys 问卷: questions that branch, answered by name or anonymously, with results that tell nothing of a few."""
