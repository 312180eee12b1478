"""Entry of the dashboard: ``streamlit run dashboard.py``."""

from pages.shared import frame

frame.start()
