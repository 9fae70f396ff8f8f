"""Fakes of the services around the phone line: Okta and the company's accounts API. Import the part you need."""
