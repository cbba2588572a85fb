"""HTML: parsed, rendered to lines that remember their markup, and what a page declares of itself."""
