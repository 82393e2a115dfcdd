"""What staff do for a case besides its steps: tasks (待办), phone calls, home visits (入户走访)."""
