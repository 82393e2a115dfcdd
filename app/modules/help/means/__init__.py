"""What a household has to live on, set against the lines in force: a calculation people can follow (困难认定测算)."""
