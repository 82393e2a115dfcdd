"""Who reads what a case tells: by their part in it, for a reason, or not at all; and what of it the member can follow."""
