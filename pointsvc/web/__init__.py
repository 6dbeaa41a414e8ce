"""前厅 web: sign-in, my pages, landing pages, error pages, health, preferences.

Words: 登录 sign-in, 首页 landing page, 长辈版 elder mode.
Invariants: every request passes the same phases (`wiring`): id, origin, caller, ids, permission, view,
reply or refusal, headers. A path under `/api/` answers problem+json, every other one HTML.
"""
