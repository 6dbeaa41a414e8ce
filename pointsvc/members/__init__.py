"""居民 members: people, households, cards, consent, sign-in."""
