"""One case taken out as a file: what was told, its history and its papers (案卷导出)."""
