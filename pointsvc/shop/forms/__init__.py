"""Shapes of what the shop's pages send, by noun."""
