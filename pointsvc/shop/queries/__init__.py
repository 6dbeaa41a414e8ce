"""What people ask the shop: bounded reads that return frozen rows."""
