"""The vendor, SMS Partner: its address, its three calls, its replies and what they mean. Nothing else knows it."""
