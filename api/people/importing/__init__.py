"""Loading a bureau's own CSV files: people.csv, participations.csv, subsidies.csv, any of them."""

from api.people.importing.loading import run

__all__ = ["run"]
