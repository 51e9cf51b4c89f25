"""The resolved model of a spec."""
