"""Requests made up from the OpenAPI document, sent to the product as it is served."""
