"""Campaigns of the city in the zones below it.

What the city's own zone shares is shown in each of them as long as it runs, and is taken part in there at the city's; a zone that
wants to give prizes of its own takes it up: a campaign of the zone's with the city's words and times.
"""
