"""The one way in: what a person did becomes one transaction, or nothing at all."""
