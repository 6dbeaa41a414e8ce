"""活动 activities: kinds of activity, shifts, sign-ups.

Words: 活动类别 activity kind, 场次 shift, 报名 sign-up, 带队人 leader of the shift.
Invariants: a shift ends after it starts and lasts a day at most; sign-ups never pass the capacity;
joining and leaving are free (《志愿服务条例》 art. 25).
"""
