"""Claims 抢券/抢票: vouchers of one batch, first come, or by a fair draw among all who register."""
