"""Who cares (养护人): assignments and their terms, hand-overs, wishes, rosters, substitution."""
