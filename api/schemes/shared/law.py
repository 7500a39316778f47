"""The dated parameters that several schemes read."""

from pathlib import Path

from api.schemes.parameter import read_parameters

LAW = read_parameters(Path(__file__).parent / "parameters.toml")
