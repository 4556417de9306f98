"""The Verify page: two drawings, and a company's signatures."""
