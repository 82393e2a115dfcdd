"""Skill competitions 技能竞赛: rounds, judges, appeals, awards, and certificates that anybody can check."""
