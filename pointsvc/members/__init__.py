"""居民 members: people, households, cards, consent, sign-in.

Words: 居民、志愿者 member, 户 household, 门牌 door, 居民卡 card, 同意 consent, 登录凭据 credential,
登录 sign-in, 首次登录码 first sign-in digits, 邀请地址 invitation, 运营员 operator, 限次 throttle,
二次验证 second step, 验证器 authenticator, 备用码 recovery code, 培训 training, 意外险 insurance,
怎样收消息 wish, 合并 merge (of two accounts of one person), 注销 erasure,
申请 request (of a second person), 叫停 stop.

Invariants: one active member for a phone in a community (H1); a phone is stored as keyed indexes
and a ciphertext, shown masked, and each look at the whole number leaves an audit event; one live
card for each member, and a revoked one never works again; consents are never changed, only followed
by newer ones, and one about sensitive data is given by nobody else; a password opens only what the
clerk of that community linked to it; a throttle is asked before a password is checked, and only
failures are counted; a code of a second step proves once, and none is asked of volunteers; trainings
and insurances are withdrawn, never deleted, and shown to the office and their owner alone. A merge goes one
step, never two; who is erased waited, was looked at in person, and leaves ids, days and numbers behind.
Where there is anything to gain a second person agrees to a merge, and to an erasure that a clerk asks for
(L15: proposing, agreeing, stopping); whose account it is hears at once, and stops it.
The rooms above bring their own part of both (`changes`; `gone.py` in each, listed in `web.gone`).
"""
