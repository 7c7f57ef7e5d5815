"""Documents: their text in one form, what it refers to, and whether quotations stand in it. No files."""
