"""Who deals with a case: given by union, load and conflict of interest, and handed on."""
