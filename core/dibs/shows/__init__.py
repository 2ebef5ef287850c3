"""Shows as the API and the pages read them. All writing to a show that runs goes through the claim lane."""
