"""活动 activities: kinds of activity, shifts, sign-ups, lines before full shifts.

Words: 活动类别 activity kind, 场次 shift, 报名 sign-up, 候补 wait, 带队人 leader of the shift.
Invariants: a shift ends after it starts and lasts a day at most; sign-ups never pass the capacity;
joining and leaving are free (《志愿服务条例》 art. 25); a seat that is left goes to the first who waits.
"""
