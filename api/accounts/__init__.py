"""Signing in: passwords, sessions, roles."""
