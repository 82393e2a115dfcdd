"""What a campaign gives: prizes in their order, each of one batch of vouchers, and who won which.

Written with the campaign, they are published and fixed when it is announced (`publishing`); once it is closed they are given to its
winners in order (`giving`).
"""
