"""The company's internal accounts API in memory: balances, due dates and call-back requests; no payments."""
