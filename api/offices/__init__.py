"""The social insurance offices of the districts, as far as a city has published them."""
