"""责任田 plots: duty plots and who cares for them.

Words: 责任田 plot, 养护 care, 养护人 tender, 替补 stand-in, 缺人 missing, 指派 assignment (a question and
its answer), 养护日程 care calendar, 养护安排 care plan (one line of it), 职责 duty (a day of a plan that
became a shift), 等天气 held, 好几天没人去 overdue; 边界 outline, 平面图 map, 交接 hand-over, 认养 adoption
(of a 角 corner), 标牌文字 sign text, 当面答应 spoken yes, 接着做 renewal;
排班表 roster (questions for a month), 意愿 wishes,
替班 substitution, 圈 circle (who is asked to go instead).
Invariants: a plot is tended by one group at a time, its people are that group's; nobody is assigned
by force (《志愿服务条例》 art. 25): who was signed up by a leader was asked first, is told, and may
leave; saying no and ending cost nothing. A calendar can be generated any number of times: a duty is known
by its plan and the day of its rule, and one that somebody joined, a person moved or the weather holds is
never touched; its shift is as dangerous as its plan. A corner has one live adoption; its land stays its
owner's. What a leader writes down for somebody is told to them and undone by them for free. A seat of a
duty is a person who signed up, or a gap that is seen, whatever the roster and substitutions say of it;
leaving with a reason counts against nobody. On paper (一周安排 week) names are masked, but for those who
agreed and for the leader's own hand. Rosters are worked out by rules of our own: a solver's answer could
not say why it was somebody's turn. Recurrence is python-dateutil's (RFC 5545), not ours; outlines are
whole decimetres on a plain grid, and need no geometry library.
养护记录 report, 报修 defect, 验收 inspection, 没人去 gap: a shift has one report, a defect goes on by steps
that nobody edits, a plot is inspected by somebody of another group and household, and its month pays
each of its people who came once, whoever inspects and however often it runs.
一批日程 run: the calendars of many plots, looked at before they are written, some plots a step (working):
whatever kills a worker, a step is whole or not there. Who is of the plot's group no more cares for it no
more (leaving). An id that came with a form is one thing: other content under it is refused (kernel.once).
Rooms in the room: `places` (the plots, outlines, corners), `calendar` (lines, duties, runs), `people` (who
cares, rosters, substitution), `doing` (the day, reports, defects, inspections, gaps); `rules` decide,
`pages` are the doors of all four. Of these `calendar` asks nobody, and `doing` may ask all.
"""
