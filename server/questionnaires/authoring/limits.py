"""How large a form may be: what the server's own process needs to know of the worker's work."""

MOST_BYTES = 5 * 1024 * 1024  # of a file
MOST_ROWS = 20_000  # of a sheet
MOST_COLUMNS = 150
MOST_TEXT = 32_767  # of a cell, as Excel has it
