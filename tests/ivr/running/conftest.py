"""A real Redis for the workers."""

from tests.ivr.store.conftest import clock, empty_redis, redis_url

__all__ = ["clock", "empty_redis", "redis_url"]
