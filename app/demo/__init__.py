"""A demo city of invented people, made through the same operations that people use. Only with HALL_DEMO."""
