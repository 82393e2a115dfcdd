"""Referrals 携手入会有礼: members bring others into the union, and both are rewarded once the joining has proved good."""
