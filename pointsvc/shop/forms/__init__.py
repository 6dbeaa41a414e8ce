"""What the newer pages of the shop send, noun by noun; the older ones stand in `schemas`."""
