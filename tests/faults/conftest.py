"""The long proofs stand on the fixtures of the short ones."""

from product.fixtures import mother, office, template
from product_store.fixtures import postgres

__all__ = ["mother", "office", "postgres", "template"]
