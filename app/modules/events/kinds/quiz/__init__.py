"""Quizzes 有奖竞答: papers drawn from a bank of questions, answered against the clock of the server, the best score counts."""
