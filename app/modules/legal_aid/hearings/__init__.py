"""Hearings (开庭): when and where, who is reminded, and the calendars they stand in."""
