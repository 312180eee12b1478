"""Pictures, tables and words of results: they draw, they never compute."""
