"""What is measured, one subject a file; each has `run(options) -> list[Result]`."""
