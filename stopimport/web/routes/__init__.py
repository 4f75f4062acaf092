"""The page's addresses: each reads a form, asks the service and answers with a page, a part of one, or a redirect."""
