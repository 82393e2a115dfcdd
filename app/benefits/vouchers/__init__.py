"""Vouchers (券): given out of batches, redeemed once, in the right shop and in time."""
