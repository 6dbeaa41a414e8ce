"""组织 organisation: groups, leaders, roles and their scopes, devices."""
