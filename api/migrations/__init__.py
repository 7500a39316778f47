"""The migrations of the database, in order; Tortoise finds them by their names."""
