"""Tests of the built app: its size, its worker, and what it says where it can't work."""
