"""A stateful Okta org in memory: the rules, an HTTP skin and a control plane. Not Okta, and no other service."""
