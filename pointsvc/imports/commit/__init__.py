"""Writing what a reading found: people, plots, products, opening balances, dated gifts.

All of a book in one transaction, or nothing; twice is the same as once, because people are found
again by phone (or name, birthday and door), lines of the points book by their natural keys, gifts
and openings by ids derived from those.
"""
