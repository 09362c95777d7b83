"""Delivery: what stands in the outbox goes out, in order, no faster than allowed, and what became of it is stored."""
