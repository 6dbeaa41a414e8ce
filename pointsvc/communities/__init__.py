"""社区 communities: the tenant, its zone and settings, its places.

Words: 社区 community, 场所 place (责任田 plot, 投放点 station, 积分超市 shop, 活动室 hall).
Invariants: everything else belongs to one community; no row names another community's row;
a place's position is whole micro-degrees of WGS-84 with a radius, or nothing.
"""
