"""The steps a member takes beyond handing in and withdrawing, on the page of their case."""
