"""Documents without queries or judgements: files of text, Markdown, HTML, PDF and JSON lines, as passages."""
