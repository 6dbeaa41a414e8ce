"""积分超市 shop: catalogue, stock, donations, the counter."""
