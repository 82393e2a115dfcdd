"""A member objects to who deals with their case (回避申请), and who decides at the desk answers: others deal with it, or not."""
