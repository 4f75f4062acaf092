"""What texts for people are made of: language, masking, printable signs, formulas."""
