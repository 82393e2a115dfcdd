"""Draws that anybody can compute again.

Before a campaign opens its seed is drawn by lot and kept sealed; SHA-256 of it, the commitment, is published with the rules. Who
entered becomes a list when the campaign closes, which no one adds to. Then the seed is published, and each entry's place follows
from it (`order.py`): the union could not choose the seed after it knew the entries, nor the entries after it knew the seed.
"""
