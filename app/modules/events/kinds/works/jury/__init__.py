"""The jury 评委会: its judges, their sheets, what these come to, and the pages of both staff and judges."""
