"""What every service of the cloud shares: sign-in, signing, transport, request budget, refusals."""
