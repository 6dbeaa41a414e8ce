"""责任田 plots: duty plots and who cares for them.

Words: 责任田 plot, 养护 care, 养护人 tender, 替补 stand-in, 缺人 missing, 指派 assignment (a question and
its answer), 养护日程 care calendar, 养护安排 care plan (one line of it), 职责 duty (a day of a plan that
became a shift), 等天气 held, 没人照看 overdue.
Invariants: a plot is tended by one group at a time, its people are that group's; nobody is assigned
by force (《志愿服务条例》 art. 25): who was signed up by a leader was asked first, is told, and may
leave; saying no and ending cost nothing. A calendar can be generated any number of times: a duty is known
by its plan and the day of its rule, and one that somebody joined, a person moved or the weather holds is
never touched. Recurrence is python-dateutil's (RFC 5545), not ours.
养护记录 report, 报修 defect, 验收 inspection, 没人照看 gap: a shift has one report, a defect goes on by steps
that nobody edits, a plot is inspected by somebody of another group and household, and its month pays
each of its people who came once, whoever inspects and however often it runs.
"""
