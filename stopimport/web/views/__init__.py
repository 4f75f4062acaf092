"""From what is known to HTML: one typed context for each page, and the templates that show it."""
