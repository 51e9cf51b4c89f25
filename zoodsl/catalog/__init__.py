"""The catalog: one declaration for each operator of the language."""
