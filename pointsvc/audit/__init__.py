"""留痕 audit: who did what to what, and when.

Words: 留痕 audit event, 操作人 actor, 对象 subject.
Invariant: append-only; an event holds ids, codes and numbers, so that erasing a person leaves it true.
"""
