"""What the line remembers about a call while it lasts; never what was said or typed in it."""
