"""Reads what people type: percentages, options, requests and free text."""
