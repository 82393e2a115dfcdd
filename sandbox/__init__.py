"""Providers of SMS, e-mail and WeChat on this machine: they answer like real ones, send nothing, show what they were given.

Serve `sandbox.wsgi:app` with one process on 127.0.0.1. It knows nothing of the platform; but for WeChat's signatures (`sandbox.wechat`) it
uses the standard library only. The key is `sandbox` unless `SANDBOX_KEY` says otherwise; accepted messages are kept in
`HALL_VAR/sandbox/messages.jsonl`, so that a repeated message is recognised after a restart.

Receivers that fail: phones ending in 99990 are unknown, 99991 blocked, 99992 busy at the first attempt; likewise the
addresses unknown@…, blocked@…, busy@…. Whole calls fail on demand: see `sandbox.faults`.
"""
