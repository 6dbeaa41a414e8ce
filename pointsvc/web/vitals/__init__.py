"""体征 vitals: what a machine that watches this one asks: is it ready, what does it count.

Words: 就绪 ready, 指标 metric, 抓取 scrape.
Invariants: readiness tells the truth within a bounded time, also while the database hangs; what a
scrape costs is bounded whatever the books hold; no metric names a person, a phone or an address.
Counters add up over all processes of the server (kernel/counting); everything else is read from the
database when it is asked for, and so is the same whichever worker, or machine, is asked.
"""
