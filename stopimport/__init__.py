"""Bring opt-outs from CSV and Excel exports onto SMS Partner's stop list."""
