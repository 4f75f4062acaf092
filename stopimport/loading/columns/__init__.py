"""Which columns of a table mean what: headers, phone columns, country, status, columns named by options."""
