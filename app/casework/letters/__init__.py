"""Decision letters (决定书): declared with their words (`declarations`), and written as PDF (`rendering`)."""
