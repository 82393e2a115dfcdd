"""The bank of questions (题库) of a zone: written by hand or brought in as a sheet."""
