"""The short proofs at length: stale and forged presses, bent updates, claims, guesses, walks, second services."""

import asyncio
import json
import random

import pytest
from blackbox_cases import invites, poison  # type: ignore[import-not-found]
