"""The joint record as rules: canonical bytes, signatures, entries, and what follows from them.

Bytes and numbers in, values out: no files, clocks or sockets. What is said here about an entry depends on
nothing but the entries of both logs, so each party comes to the same answer from its own copy.
"""
