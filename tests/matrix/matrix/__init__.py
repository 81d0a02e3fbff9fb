"""The translation matrix: what recorded exchanges say, and whether a translation says the same."""
