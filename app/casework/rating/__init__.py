"""How content members were with a case that is over."""
