"""Pure pictures of many units together: rows come in as plain values, what a template shows goes out."""
