"""Whole afternoons through HTTP."""
