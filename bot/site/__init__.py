"""What every page of the website shares: who is signed in, forms, headers, limits, the live line, assets, the doors."""
