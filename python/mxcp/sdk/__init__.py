"""Import paths that MXCP projects use beside `mxcp.runtime` and `mxcp.plugins`."""
