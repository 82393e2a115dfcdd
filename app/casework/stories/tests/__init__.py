"""Tests of stories, and what they share with those of modules."""
