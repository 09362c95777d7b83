"""One module per messenger, each translating between its platform and the service's own words."""
