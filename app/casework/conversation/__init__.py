"""Messages between a member and who handles their case, and answers ready to use."""
