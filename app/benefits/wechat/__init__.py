"""WeChat coupons (微信立减金): vouchers that WeChat Pay keeps in the member's WeChat and redeems there."""
