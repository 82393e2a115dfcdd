"""The member's frame of a zone: home, services, me, files, the look's stylesheet."""
