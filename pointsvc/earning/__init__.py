"""积分细则 earning: tariffs, limits, awards."""
