"""Exchange prices, one file a source; all answer through one port."""
