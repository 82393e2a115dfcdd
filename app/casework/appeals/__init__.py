"""Appeals (申诉): a decision is looked at once more, by somebody who had no part in it."""
