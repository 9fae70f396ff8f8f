"""The operator: performs the exchange's effects over a wire, keeps the journal, and knows which clock runs."""
