"""Shapes of the forms about rosters and substitution."""
