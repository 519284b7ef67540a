"""What endpoint code of an MXCP project imports: `mxcp.runtime`, `mxcp.plugins`, `mxcp.sdk`."""
