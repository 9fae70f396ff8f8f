"""The screens that open over the phone and give one answer back."""
