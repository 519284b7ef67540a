// What the same machine does without MCP: a Fastify echo, and a Fastify route over the same DuckDB file.
import { DuckDBInstance, type DuckDBConnection, type DuckDBPreparedStatement } from '@duckdb/node-api';
import Fastify from 'fastify';

const [databasePath = '', port = '0'] = process.argv.slice(2);

interface Lane {
  readonly connection: DuckDBConnection;
  readonly statement: DuckDBPreparedStatement;
}

const instance = await DuckDBInstance.create(databasePath, { access_mode: 'READ_ONLY' });
const idle: Lane[] = [];
const waiting: ((lane: Lane) => void)[] = [];
for (let index = 0; index < 4; index += 1) {
  const connection = await instance.connect();
  idle.push({
    connection,
    statement: await connection.prepare('SELECT id, name, amount FROM points WHERE id = $id'),
  });
}

const take = (): Promise<Lane> => {
  const lane = idle.pop();
  return lane === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(lane);
};
const give = (lane: Lane): void => {
  const next = waiting.shift();
  if (next === undefined) idle.push(lane);
  else next(lane);
};

const app = Fastify();
app.post('/echo', (request) => request.body);
app.post<{ Body: { id: number } }>('/point', async (request) => {
  const lane = await take();
  try {
    lane.statement.bindInteger(1, request.body.id);
    const reader = await lane.statement.runAndReadAll();
    return reader.getRowObjectsJson();
  } finally {
    give(lane);
  }
});
await app.listen({ port: Number(port), host: '127.0.0.1' });
console.log(`Listening on http://127.0.0.1:${port}`);
