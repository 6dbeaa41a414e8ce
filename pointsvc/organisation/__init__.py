"""组织 organisation: groups, leaders, roles and their scopes, devices.

Words: 党小组 group, 组长 leader, 责任田 the plots that a group tends, 角色 role, 授予 grant,
设备 device (扫码枪 scanner, 展码屏 kiosk, 收银台 till), 启用码 enrolment code.

Invariants: roles are granted by a clerk or an operator, never to oneself; an auditor holds no other
role; every active member who is no auditor is a volunteer without a grant; a place is tended by one
group at a time; a device is bound to one place and may do what its kind lists, nothing else.
"""
