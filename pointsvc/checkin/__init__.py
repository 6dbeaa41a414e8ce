"""考勤 checkin: codes, scans, attendance: who was where, when, and what it earned.

Words: 扫码 scan, 考勤 attendance, 签到/签退 check in/out, 反扫 a member's code is scanned, 正扫 a member
scans a shift's or sign's code, 名册点名 roster tick, 待确认 provisional, 待核实 held.
A sign alone is provisional: a leader, a co-volunteer who was firmly there (作证 vouch) or the place's
nearness lets it count. A position lives as long as its request; only whole metres are kept.
After the fact (补录 backfill): asked with reason and evidence, agreed to by somebody of another group
and of nobody's household, in review for 48 h in which the member may say no; paid by the tariff MAKEUP
and never more than on the spot; marked for good.
Offline (离线): the page is a shell of nobody's that a browser keeps; scans wait in the browser for the
person who made them, and leave only with an answer that the books remember. Signing out keeps them: to
wipe would lose somebody's hour, and the number on a card names nobody.
抽查 spot check: a share of roster ticks is drawn by a seal of the server's key; somebody of neither
household asks the volunteer, and "not there" asks a second person to void. A device's counter and the
auditor's 值得一看 list are read anew each time: things to look at, never a verdict.
Invariants: a scan is evidence and never changes; one live attendance for (member, shift), one open
for a member, one award for (attendance, tariff, correction); evidence, decision and effect are one
transaction; the same scan id always gets the same answer; uploads give the same books in any order;
no two stays of one person that count meet. A mistyped drop is corrected by two persons, never by
one within a minute: its points were told to somebody already.
"""
