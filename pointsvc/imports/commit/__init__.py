"""Writing what a reading found: people, plots, products, opening balances, dated gifts.

In steps that are each whole; a book of usual size is one transaction, a very long one several, so
that a till does not wait for it. Twice is the same as once, and a crash is made good by the same
steps again, because people are found by phone (or name, birthday and door), lines of the points
book by natural keys under their member's id, gifts and openings by ids derived from those.
"""
