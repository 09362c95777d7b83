"""How the service feels: what the doctor looks at, what is counted, and when a person must be told."""
