"""Teams 团队 of people who take part together: what kinds with teams share. Who is in one, and what it does, each kind keeps itself."""
