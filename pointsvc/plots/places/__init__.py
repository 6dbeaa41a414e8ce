"""The plots themselves (责任田): what is known of them, outlines, the plan, corners that are lent."""
