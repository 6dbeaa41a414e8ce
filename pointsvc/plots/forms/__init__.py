"""Shapes of the forms about plots, by noun; the first of them are in `plots/schemas.py`."""
