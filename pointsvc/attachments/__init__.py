"""附件 attachments: photographs that people add to something, and nothing but photographs.

Words: 照片 picture, 附件 attachment, 所属 subject (what it belongs to: a kind and an id), 部分 part
(修前 before, 修后 after).
Invariants: what was uploaded is never kept and never served: it is opened with care, turned upright,
made at most 1600 pixels wide or high and written anew as JPEG without any metadata (no place, no time, no
camera). How many a subject and a member's day may hold is kept by constraints. Removed is empty: the
row says who took it away and when, the bytes are gone. This room authorises nobody: whoever owns the
subject does.

Bytes lie in the database: one home for several servers, in every copy, gone with their row. Measured
on drawn pictures of 12 megapixels with more grain than a lawn's: 390 to 440 kB each, half a second of
a processor. A street of nine plots with a report and four photographs twice a week would write 30 MB
a week, and the community's own setting empties them after a year. Files beside the database would need a
second home, a second copy and a sweeper. Pillow opens and writes; nothing else was needed.
"""
