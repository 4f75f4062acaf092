"""The vendor in use, for those who must name it: another one would be another folder beside `smspartner`, named here.

Its calls are made by the client that `pipeline.vendor_client` gives.
"""

from stopimport.smspartner.names import KEY_NAME, KEY_VARIABLE, NAME, URL

__all__ = ["KEY_NAME", "KEY_VARIABLE", "NAME", "URL"]
