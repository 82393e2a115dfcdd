"""What may have been asked for before: the member's other cases, and cases with the very same papers."""
