"""Roster import (花名册导入): a sheet of people → staged and compared → merged in chunks → undone as a batch if need be."""
