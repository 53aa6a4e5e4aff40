"""Pages for people in a browser, over the services that the API is over."""
