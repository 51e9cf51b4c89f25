"""The catalog's operators in BigDL's words, a table a kind. An operator that BigDL lacks is declared so, with the reason."""
