"""Tests of legal aid."""
