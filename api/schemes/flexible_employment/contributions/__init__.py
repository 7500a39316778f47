"""灵活就业人员缴费测算: what a person in flexible employment pays, by the month, the quarter or the year."""
