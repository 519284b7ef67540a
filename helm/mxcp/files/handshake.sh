# Shakes hands with the server as an MCP client does and lists its tools. Needs MCP_URL and MCP_HOST; MCP_KEY may be set.

# Prints one answer with its headers. What curl is told comes on its standard input, so a key is on no command line.
ask() {
  {
    if [ -n "${MCP_KEY:-}" ]; then printf 'header = "x-api-key: %s"\n' "$MCP_KEY"; fi
    if [ -n "${session:-}" ]; then printf 'header = "mcp-session-id: %s"\n' "$session"; fi
  } | curl --config - --silent --show-error --include --max-time 20 --retry 5 --retry-connrefused \
    --header "host: $MCP_HOST" --header 'content-type: application/json' \
    --header 'accept: application/json, text/event-stream' \
    --header 'mcp-protocol-version: 2025-11-25' --data "$1" "$MCP_URL"
}

# 200 from "HTTP/1.1 200 OK", of the last one where curl had to ask again
status() { printf '%s\n' "$1" | sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' | tail -n 1; }

give_up() {
  printf '%s\n' "$1" >&2
  exit 1
}

client='{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"helm-test","version":"1"}}'
answer=$(ask '{"jsonrpc":"2.0","id":1,"method":"initialize","params":'"$client"'}') ||
  give_up "No answer from $MCP_URL: see the pods and their log"

case "$(status "$answer")" in
  200) ;;
  401)
    [ -z "${MCP_KEY:-}" ] || give_up "The server knows no such key: compare the Secret of test.apiKeySecret with MCP_API_KEYS"
    printf '%s\n' "$answer" | grep -qi '^www-authenticate:' || give_up "401 without a challenge: this is no MCP server"
    echo "Reached. The server is protected: set test.apiKeySecret to list its tools too."
    exit 0
    ;;
  421) give_up "The server does not serve the host $MCP_HOST: set test.host to the host of transport.http.base_url" ;;
  *) give_up "Not the answer of an MCP server: $answer" ;;
esac
printf '%s\n' "$answer" | grep -q '"serverInfo"' || give_up "Not the answer of an MCP server: $answer"

session=$(printf '%s\n' "$answer" | tr -d '\r' | sed -n 's/^[Mm][Cc][Pp]-[Ss][Ee][Ss][Ss][Ii][Oo][Nn]-[Ii][Dd]: //p' | tail -n 1)
ask '{"jsonrpc":"2.0","method":"notifications/initialized"}' >/dev/null
answer=$(ask '{"jsonrpc":"2.0","id":2,"method":"tools/list"}')
printf '%s\n' "$answer" | grep -q '"tools"' || give_up "No list of tools: $answer"
printf 'Reached. The server has %s tools.\n' "$(printf '%s' "$answer" | grep -o '"inputSchema"' | wc -l)"
