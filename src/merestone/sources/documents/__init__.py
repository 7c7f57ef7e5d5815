"""Reading the files of documents: text, Markdown, HTML, PDF and DOCX, each within bounds."""
