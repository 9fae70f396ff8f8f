"""A stateful Twilio account in memory: the REST API that the official SDK uses; it rings no phone by itself."""
