"""Load: many virtual callers at once in real time, on Locust, which only some of these modules import."""
