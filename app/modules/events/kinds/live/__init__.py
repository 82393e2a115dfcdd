"""Live streams 直播: a page around a stream elsewhere, with reminders, likes and views that are counted, not kept."""
