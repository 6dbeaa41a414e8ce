"""地基 kernel: what every room stands on, and nothing of the domain.

Words: 一起做 together (group commit), 轮到 turn (to write on SQLite), 预备语句 prepared statement,
时钟 clock, 编号 id, 拒绝 refusal, 事务 transaction, 权限 permission, 口令码 code,
发件箱 outbox, 首次结果 outcome.

Invariants: only `transaction.transact` commits; only `clock` reads the wall clock; a refusal is a
class with a stable code and status; an outcome of a key is decided once.

Declined libraries: uuid6 (its time is not our clock, which tests freeze); tenacity (the retry is
twelve lines and must know savepoints and both engines). Group commit (`together`) is eighty lines of
the standard library; the libraries that batch calls want an event loop.
"""
