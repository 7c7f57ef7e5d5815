"""One function for each thing that a user wants; the command line and the web call these."""
