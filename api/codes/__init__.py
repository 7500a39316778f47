"""What the drop-downs mean: code tables, kept as text in tables/."""
