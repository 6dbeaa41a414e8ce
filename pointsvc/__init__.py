"""绿色账户 (Green Account): points for volunteers of residential communities."""
