"""The query compiler: a checked operation becomes Python functions that give its answer.

    executor.py          which operations compile, the cache of plans, and the fallback
    compiler.py          an operation -> the source of its functions, from Strawberry's types and resolvers
    values.py            what a value becomes, by its GraphQL type
    resolver_calls.py    the call of a resolver
    resolver_info.py     the `info` of resolvers
    lists.py             lists of objects or rows
    codegen.py           the generated source, and the functions it calls
    function_body.py     the body of one generated function
    fragment_cache.py    encoded JSON of codes and immutable objects
    serializers.py       scalars and enum values for the encoder
    result_struct.py     a selection set as a msgspec Struct
    operation.py         the operation that is compiled
    plan.py              a compiled operation

Not every field and operation is compiled; graphql-core executes the others. executor.py leaves out mutations, whose
cost is in the database; an operation before its second request, because compiling takes longer than one execution;
invalid variables, because graphql-core reports them; and variants beyond MAX_PLANS, to bound memory. compiler.py
raises NotCompiled for introspection, for a schema without queries, and beyond MAX_FIELDS, because compiling blocks
the event loop; resolver_calls.py raises it for a field with extensions but no resolver to call. The log and the
metric hall_uncompiled_operations name the reason where it is NotCompiled or MAX_PLANS.

graphql-core stays beside it: it executes mutations, introspection and every operation whose plan failed, and the
differential tests compare plans with it. Both read the same field definitions.
"""
