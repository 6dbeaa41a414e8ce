"""消息 messages: what was left in the outbox leaves the house by the ways that people wish.

Words: 渠道 channel (email, sms, wechat), 一次投递 delivery, 交出 hand over, 没送到 dead, 免打扰 quiet hours.
Invariants: the pages show every message, whatever becomes of a delivery; one delivery for a message and
a channel, and its id is the key by which a receiver knows it again; two runners never hold the same
one; who was killed while sending is followed by the next after a while: at least once, so that nothing
is lost; nothing leaves for who did not wish it and agree to messages; no SMS at night; no log line
names a person, a number or a text.
smtplib, http.client: a letter and a request are all that is sent, no vendor's SDK.
"""
