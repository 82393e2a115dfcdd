"""Sign-ups 报名: sessions with seats, a waiting list in the order of coming, and check-in by QR code."""
