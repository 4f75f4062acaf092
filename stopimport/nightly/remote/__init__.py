"""An inbox that lies elsewhere: which files several machines may take, and one pass over them."""
