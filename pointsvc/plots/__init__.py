"""责任田 plots: duty plots and who cares for them."""
