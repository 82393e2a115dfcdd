"""Lotteries 抽奖: members register, and once it is closed a draw that anybody can compute again says who wins which prize."""
