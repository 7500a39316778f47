"""What a request may cost; `service.limits` publishes what a client needs to know of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one request. Fragments count wherever they are spread."""

    # How deep fields may nest, and values in arguments and variables. GraphiQL's introspection query has 15.
    # guard: limit-of-depth
    max_depth: int = 16
    max_aliases: int = 60
    max_tokens: int = 1000
    # How many entries of a list come at once.
    max_page_size: int = 100
    max_fields: int = 300
    max_directives: int = 60
    max_operations: int = 20
    # How often fragments may be spread, as it is written: GraphQL's own rules compare each with each.
    max_spreads: int = 20
    # How often one selection set may name the same field again; each pair of them has to be compared.
    max_repeats: int = 20
    # How many keys and list items the variables may have in all, at any depth. The longest form has twenty.
    # guard: limit-of-variables
    max_variable_values: int = 200
    # What reading and executing may come to, in plain fields of the answer: see api/http/graphql/cost_weights.py.
    max_cost: int = 10_000
    # guard: limit-of-bodies
    max_body_bytes: int = 65_536
    # guard: limit-of-errors
    max_errors: int = 5


LIMITS = Limits()
