"""Law that several schemes cite: retirement, the declaration calendar."""
