"""Problems before and around the routes: their words, their place in the contract."""
