"""责任田 plots: duty plots and who cares for them.

Words: 责任田 plot, 养护 care, 养护人 tender, 替补 stand-in, 缺人 missing.
Invariants: a plot is tended by one group at a time, its people are that group's; nobody is assigned
by force (《志愿服务条例》 art. 25): who was signed up by a leader was asked first, is told, and may
leave.
"""
