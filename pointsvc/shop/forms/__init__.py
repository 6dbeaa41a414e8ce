"""What the pages of kept goods and exchange days send."""
