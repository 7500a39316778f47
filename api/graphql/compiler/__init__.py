"""Answering queries fast: a checked operation becomes a Python function that gives its answer.

    engine      which operations are compiled, where their plans are kept, and what happens when one fails
    question    what is compiled
    compiler    an operation -> the source of its functions, from Strawberry's own types and resolvers
    calls       how resolvers are called
    source      the pieces of that source, and the functions that it calls
    shape       the keys of a selection, ready for the encoder
    labels      codes with their names, written once
    leaves      a scalar or an enum value -> what the encoder is given of it
    plan        a compiled operation, and what its resolvers see as `info`

The ordinary executor stays: it does mutations and introspection, answers whatever a plan failed on, and is the oracle
against which plans are tested. Nothing is described twice: both read the same fields.
"""
