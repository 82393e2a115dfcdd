"""Pages that are the same for everybody but for their personal parts: how they are marked, announced and packed."""
