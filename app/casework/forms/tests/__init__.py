"""Tests of declared forms."""
