"""What the newer pages of the shop send, form by form; the older ones stand in `schemas`."""
