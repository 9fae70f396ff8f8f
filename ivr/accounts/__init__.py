"""The company's internal API as the line sees it; not a client for anything else it can do."""
