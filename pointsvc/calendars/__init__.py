"""日历 calendars: addresses that a phone's calendar subscribes to, one for a person and one for a plot.

Words: 订阅地址 feed, 密钥 secret (the part of the address that nobody guesses), 换地址 rotate.
Invariants: whoever knows the address reads it, without signing in, so it has 256 random bits, only its
hash is stored, it is shown once, no log has it, and its owner ends it or takes another at any time; it
dies with its owner's place on the books, a plot's with the leader's office; nobody else's name is in it;
it reaches thirty days back and half a year ahead. iCalendar (RFC 5545, 7986) is the icalendar library's.
"""
