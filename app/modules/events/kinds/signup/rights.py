"""The permission of who checks members in, and the role of those who do nothing else here."""

DOOR = "events.door"
DOOR_ROLE = "doorkeeper"
