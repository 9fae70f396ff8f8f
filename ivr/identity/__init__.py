"""Who is calling, and how they prove it: the protocol and its implementations; no spoken words here."""
