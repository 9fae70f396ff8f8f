"""The demo's line loads its SDKs in a thread where time is real; here they are there before it looks.

pytest sets the filters of warnings anew for each test, and an import that goes on in a thread beyond the end of its
test would meet those of another one.
"""

import okta.cache.no_op_cache
import okta.request_executor
import twilio.rest.api.v2010.account.call

__all__ = ["okta", "twilio"]
