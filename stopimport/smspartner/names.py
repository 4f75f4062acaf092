"""What the vendor is called, where it is, and what its key is called: plain values, for whoever must name them."""

NAME = "SMS Partner"
URL = "https://api.smspartner.fr/v1"
"""The API's address."""
KEY_VARIABLE = "SMSPARTNER_API_KEY"
"""The environment variable that holds the API key."""
KEY_NAME = "smspartner-api-key"
"""What the key is called where many secrets are kept: systemd's credentials, the system keyring."""
