"""The working-day calendar (工作日历): the State Council's notices as data, kept up to date by the city."""
