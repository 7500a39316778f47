"""What you may join. All rules live below here."""
