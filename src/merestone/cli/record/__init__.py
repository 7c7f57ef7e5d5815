"""The words of ``merestone record``: parse, call a service, render."""
