"""The tables of the domain."""
