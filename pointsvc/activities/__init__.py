"""活动 activities: kinds of activity, shifts, sign-ups, lines before full shifts.

Words: 活动类别 activity kind, 场次 shift, 报名 sign-up, 候补 wait, 带队人 leader of the shift, 风险 risk,
门槛 gate, 还差什么 lack, 提醒 reminder.
Invariants: a shift ends after it starts and lasts a day at most; sign-ups never pass the capacity;
joining and leaving are free (《志愿服务条例》 art. 25); a seat that is left goes to the first who waits; a
dangerous shift says so before (art. 12) and lets in only who is trained, insured and of the right age on
its days (art. 15-17); a scan is never refused for it; everybody is reminded of a shift once, and a leader
learns of an age nowhere.
"""
