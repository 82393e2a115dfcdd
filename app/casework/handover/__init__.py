"""A case goes on at the union of another zone, above, below or beside: proposed here, agreed by the member, accepted there.

proposing.py  what the zone that has the case does, and the member's answer   receiving.py  what the desk of the other zone does
carrying.py   the worker's way between the two zones, in steps                packing.py    a case read whole, and written anew
desks.py      which zones take which kinds                                    deeds.py      what each deed is called
"""
