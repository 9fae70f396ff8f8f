"""`<Connect><ConversationRelay>`: a conversation of the caller with an agent, as text on a WebSocket."""
