"""One folder a module; a folder dropped in here is a module."""
