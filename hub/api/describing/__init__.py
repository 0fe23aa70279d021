"""The exchange described for those who write to it: OpenAPI, AsyncAPI, JSON Schemas, and the meaning of each code."""
