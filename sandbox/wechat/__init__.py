"""WeChat on this machine: its official account's OAuth, and WeChat Pay's coupons (代金券, API v3) with signed answers and notices.

What it was asked is checked as WeChat does, by the merchant's certificate; what it says is signed by a key of its own, which is made
at its first start beside the merchant's (`keys.py`), in the files that WeChat Pay hands out. Coupons outlive the process
(`<HALL_VAR>/sandbox/wechat.jsonl`). `/wechat/` is the card holder: there one pays with a coupon; `/wechat/stocks` is the merchant's desk, where
its stocks are made and paused.

keys.py      the files of a merchant        coupons.py   what was given, each `out_request_no` once
signing.py   signatures of both sides       notices.py   what is told to the merchant's address, again until it is taken
oauth.py     who somebody is                calls.py     the API that a merchant calls, and its failures on demand
pages.py     pages for people                     stocks.py    what a coupon is worth, and how many there are
"""
