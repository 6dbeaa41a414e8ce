"""导入 imports: an office's own workbook, read into what the house can take.

Words: 花名册 roster, 责任田分工 plots, 积分台账 ledger, 捐赠登记 donations, 商品目录 catalogue,
工作簿 Book, 表 Sheet, 表头 heading, 行 Row, 问题 Problem, 读取结果 Reading, 导入 Run.

The way of a file: `archive` (a bounded unpacking) → `sheet_xml` (rows, width and formulas, before
anything is built) → `opening` (values, merged cells spread) → `headers` (which table, which column,
by words and never by place) → one reader for each kind → `reading` (a whole `Reading`, or one
corrected row) → `report` (JSON and Chinese text), or on the clerk's pages a run: `working` reads it,
`keeping` keeps what was found, the clerk corrects rows, `commit` writes.

Invariants: reading writes nothing and asks nobody; the same file gives the same reading; a row is
taken whole or not at all; every taken line has a natural key that survives another running number,
another order of sheets and another import (digest of its content and its number among equal lines).
A run reads its file anew with what the clerk typed, so that a row corrected before or after the
commit is taken as if it had been right in the file; a file and its wrong rows are sealed (phones
stand in them) and emptied once nothing waits, after 30 days at the latest.

Declined libraries: openpyxl to read (slower by ten, and it trusts the archive); pandas (guesses
types, loses leading zeros); defusedxml (expat with document types refused does what is needed).
"""
