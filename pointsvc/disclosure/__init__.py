"""公示 disclosure: the public page of a month."""
