"""Events (活动): campaigns of many kinds, drafted, checked, frozen, held and settled in one frame."""
