"""The worker behind `mxcp.runtime` and `mxcp.plugins`. Nothing here is for endpoint code to import."""
