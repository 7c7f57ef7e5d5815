"""The edge where files come in: dossiers, locks, vector formats, tables, datum operations."""
