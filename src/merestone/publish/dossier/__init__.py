"""The dossier for others: one tree of contents, written as HTML and as PDF in several languages."""
