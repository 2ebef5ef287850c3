"""The JSON answers of the API as classes: what the OpenAPI document says of them."""
