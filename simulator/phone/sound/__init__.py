"""What the phone sounds like (extra `voice`): prompts read aloud, key tones, ringing. Off unless turned on."""
