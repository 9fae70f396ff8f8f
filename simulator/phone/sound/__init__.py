"""What the phone sounds like (extra `voice`): prompts read by the system's voice, key tones, ringing. Off by default."""
