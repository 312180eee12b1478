"""The way in: bytes to tidy rows, rows to a published release."""
