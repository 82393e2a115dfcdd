"""Public notice of grants (公示): a list with masked names for some working days, and objections to it (异议)."""
