"""The telephone exchange: numbers, calls and time passing, without any input or output of its own."""
