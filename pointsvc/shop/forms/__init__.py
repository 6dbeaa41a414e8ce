"""The shapes of the shop's forms beyond the counter."""
