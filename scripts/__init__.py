"""What `make` calls: the set-up, the checks and the test run; never imported by the product."""
