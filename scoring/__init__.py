"""Points, exactly: criteria sets, rules, answers, scorecards, explanations and the linter."""
