"""定时任务 jobs: everything periodic, each under a lease, each safe to repeat.

Words: 租约 lease, 到期 due.
Invariants: two runners never run one job at the same time; a job that fails does not stop the others;
a job that is killed halfway is done by the next run, because each of its effects happens once.
"""
