"""A third scheme, that no other file knows: HALL_SCHEMES=tests.schemes.third registers it."""
