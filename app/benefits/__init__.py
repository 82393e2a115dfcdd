"""Benefits (福利): what unions give their members and how each piece of it is accounted for."""
