"""How long cases are kept, when their member has them erased before, what holds them, and what is left of one: a line of numbers (保存期限)."""
