// What `npm start` says to do with the server that it starts. Plain JavaScript: the running Node may be old.

/**
 * @param example folder of the project that is served
 * @param args what follows `npm start --`
 * @param env of the server
 */
export function startHints(example, args, env) {
  const url = `http://127.0.0.1:${portOf(args) ?? (env.MCP_PORT || '8000')}/mcp`;
  return `
Starting ${example}. Once it is ready, in another terminal:
  connect a client   claude mcp add --transport http earthquakes ${url}
  ask by hand        curl -s ${url} -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
  try next           cd ${example} && npx mxcp run tool find_earthquakes --param min_magnitude=6`;
}

/** The last `--port 8123` or `--port=8123`, which is the one that counts. */
function portOf(args) {
  const ports = args.flatMap((arg, index) => {
    if (arg === '--port') return args.slice(index + 1, index + 2);
    return arg.startsWith('--port=') ? [arg.slice('--port='.length)] : [];
  });
  return ports.pop();
}
