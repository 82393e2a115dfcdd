"""The panel of lawyers (律师库): who there is, for whom they act, which cases they are offered and given, what they are paid."""
