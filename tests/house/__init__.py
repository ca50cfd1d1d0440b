"""The house: contracts, limits and names, each with a red test that breaks it and sees it break."""
