"""Payments of what was granted (拨付): ordered with the decision, paid once, through a batch that two people answer for."""
