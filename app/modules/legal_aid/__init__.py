"""Legal aid (法律维权): questions answered in a day, mediation, and aid in arbitration and before court."""
