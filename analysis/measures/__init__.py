"""Statistics on plain Series and frames: no store, no screen, no files."""
