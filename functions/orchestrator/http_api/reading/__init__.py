"""Routes that only look. Their queries are read by `query`, so that none of them needs pydantic."""
