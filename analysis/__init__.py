"""Groundwork's analysis: from a territory folder to a protected, measured picture.

Data goes right, imports go left::

    files -> territory -> store -> disclosure -> measures -> picture -> views

Nothing in this package has heard of Streamlit.
"""
