"""How long cases are kept, and what is left of one that was erased: a line of numbers (保存期限)."""
