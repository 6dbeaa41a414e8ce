"""备份 backup: a consistent copy while running, and putting it back.

Words: 副本 copy, 清单 manifest, 副本密钥 copy key, 留存 keeping.

A copy is a zip: `manifest.json` and one JSON-lines file for each table, the same for both engines, so
that a copy of an embedded database can be restored into PostgreSQL. Declined: pg_dump and SQLite's
own backup, which are quicker but bind a copy to its engine.

Invariants: a copy is one snapshot; an encrypted one is for the copy key's holder alone, not for the
machine that made it; restoring checks every file's hash, needs the keys that the copy needs, loads
beside the standing database, verifies all books there, and only then replaces; the newest verified
copy is never deleted.
"""
