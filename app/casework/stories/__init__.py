"""Published stories (案例故事): told from a case that is over, with nothing that leads to a person, and only if the member agrees."""
